using FsCheck;
using FsCheck.Fluent;
using Parley.Transport.Impairment;

namespace Parley.Transport.Tests.Impairment;

public sealed class ImpairmentOptionsTests
{
    [Fact]
    public void Every_part_is_read()
    {
        var ok = ImpairmentOptions.TryParse(
            "loss=5%,burst=3,delay=20ms,jitter=10ms,reorder=1%,duplicate=0.02,rate=2mbit,queue=100ms,direction=up,seed=7", out var options, out var error);

        Assert.True(ok, error);
        Assert.Equal(
            new ImpairmentOptions
            {
                Loss = 0.05,
                Burst = 3,
                Delay = TimeSpan.FromMilliseconds(20),
                Jitter = TimeSpan.FromMilliseconds(10),
                Reorder = 0.01,
                Duplicate = 0.02,
                Rate = 2_000_000,
                Queue = QueueLimit.Of(TimeSpan.FromMilliseconds(100)),
                Direction = ImpairmentDirection.Up,
                Seed = 7,
            },
            options);
        Assert.Equal("", error);
    }

    [Theory]
    [InlineData("rate=1mbit,queue=64kb", QueueUnit.Bytes, 64_000)]
    [InlineData("rate=1mbit,queue=1500b", QueueUnit.Bytes, 1_500)]
    [InlineData("rate=1mbit,queue=50p", QueueUnit.Datagrams, 50)]
    [InlineData("rate=1mbit,queue=7packets", QueueUnit.Datagrams, 7)]
    [InlineData("rate=1mbit,queue=0.5s", QueueUnit.Time, 5_000_000)]
    public void A_queue_is_a_time_bytes_or_datagrams(string text, QueueUnit unit, long value)
    {
        Assert.True(ImpairmentOptions.TryParse(text, out var options, out var error), error);
        Assert.Equal(new QueueLimit(unit, value), options.Queue);
    }

    [Theory]
    [InlineData("", "The impairment is empty; write for example loss=5%,delay=20ms.")]
    [InlineData("loss", "\"loss\" is not of the form key=value; write for example loss=5%,delay=20ms.")]
    [InlineData("loss=5%,", "\"\" is not of the form key=value; write for example loss=5%,delay=20ms.")]
    [InlineData("loss=5", "\"loss=5\": loss must be a percentage like 5% or a share from 0 to 1.")]
    [InlineData("loss=-1%", "\"loss=-1%\": loss must be a percentage like 5% or a share from 0 to 1.")]
    [InlineData("loss=NaN", "\"loss=NaN\": loss must be a percentage like 5% or a share from 0 to 1.")]
    [InlineData("loss=101%", "\"loss=101%\": loss must be a percentage like 5% or a share from 0 to 1.")]
    [InlineData("delay=20", "\"delay=20\": delay must be a time up to a minute like 20ms, 1.5s or 500us.")]
    [InlineData("delay=61s", "\"delay=61s\": delay must be a time up to a minute like 20ms, 1.5s or 500us.")]
    [InlineData("loss=5%,burst=0.5", "\"burst=0.5\": burst must be the mean number of datagrams lost in a row, 1 or more.")]
    [InlineData("rate=2", "\"rate=2\": rate must be a rate from 1kbit to 100gbit like 2mbit or 500kbit.")]
    [InlineData("rate=0mbit", "\"rate=0mbit\": rate must be a rate from 1kbit to 100gbit like 2mbit or 500kbit.")]
    [InlineData("rate=1mbit,queue=0ms", "\"queue=0ms\": queue must be a time like 100ms, bytes like 64kb, or datagrams like 50p.")]
    [InlineData("direction=left", "\"direction=left\": direction must be both, up or down.")]
    [InlineData("seed=x", "\"seed=x\": seed must be a whole number.")]
    [InlineData("loss=1%,loss=2%", "\"loss=2%\": loss stands twice.")]
    [InlineData("lag=5ms", "\"lag=5ms\": lag is not known; there are loss, burst, delay, jitter, reorder, duplicate, rate, queue, direction and seed.")]
    [InlineData("burst=3", "burst=3 needs a loss, for example loss=5%.")]
    [InlineData("queue=10ms", "queue=10ms needs a rate in front of which to queue, for example rate=2mbit.")]
    [InlineData("loss=90%,burst=3", "loss=90% is more than bursts of 3 can lose (75%); make burst longer.")]
    public void A_mistake_is_answered_with_a_sentence_that_names_it(string text, string sentence)
    {
        Assert.False(ImpairmentOptions.TryParse(text, out var options, out var error));
        Assert.Equal(sentence, error);
        Assert.Same(ImpairmentOptions.None, options);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 0.07)]
    [InlineData("12.5", 0.125)]
    [InlineData("100%", 1)]
    public void The_seeds_drop_rate_is_a_loss_in_both_directions(string text, double loss)
    {
        Assert.True(ImpairmentOptions.TryParseDropRate(text, out var options, out var error), error);
        Assert.Equal(loss, options.Loss);
        Assert.Equal(ImpairmentDirection.Both, options.Direction);
    }

    [Theory]
    [InlineData("")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("much")]
    public void A_drop_rate_that_is_no_percentage_is_refused(string text)
    {
        Assert.False(ImpairmentOptions.TryParseDropRate(text, out _, out var error));
        Assert.Equal($"The drop rate \"{text}\" is not a percentage from 0 to 100.", error);
    }

    [Fact]
    public void What_is_written_reads_back_equal()
    {
        var shares = Gen.Choose(0, 500_000).Select(n => n / 1_000_000.0);
        var times = Gen.Choose(0, 600_000_000).Select(ticks => new TimeSpan(ticks));
        var queues = Gen.Choose(1, 10_000).SelectMany(n => Gen.Elements(QueueLimit.Of(new TimeSpan(n)), QueueLimit.OfBytes(n), QueueLimit.OfDatagrams(n)));
        var options =
            from loss in shares
            from burst in Gen.Choose(10, 900)
            from delay in times
            from jitter in times
            from reorder in shares
            from duplicate in shares
            from rate in Gen.Choose(1_000, int.MaxValue)
            from queue in queues
            from direction in Gen.Elements(ImpairmentDirection.Both, ImpairmentDirection.Up, ImpairmentDirection.Down)
            from seed in Gen.Choose(int.MinValue, int.MaxValue)
            select new ImpairmentOptions
            {
                Loss = loss,
                Burst = loss == 0 ? 0 : burst / 10.0,
                Delay = delay,
                Jitter = jitter,
                Reorder = reorder,
                Duplicate = duplicate,
                Rate = rate,
                Queue = queue,
                Direction = direction,
                Seed = seed,
            };

        Prop.ForAll(options.ToArbitrary(), written => ImpairmentOptions.TryParse(written.ToString(), out var read, out _) && read == written)
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_crashes_the_parser()
    {
        var pieces = Gen.Elements("loss", "burst", "=", ",", "%", "5", "1e9", "ms", "-", ".", "rate", "queue", "p", "kb", "mbit", "seed", " ", "∞", "\0");
        var texts = pieces.ArrayOf().Select(parts => string.Concat(parts));

        Prop.ForAll(texts.ToArbitrary(), text => ImpairmentOptions.TryParse(text, out _, out var error) == (error.Length == 0))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_direction_says_to_whom_it_applies()
    {
        var up = ImpairmentOptions.None with { Loss = 0.1, Direction = ImpairmentDirection.Up };

        Assert.True(up.AppliesTo(ImpairmentDirection.Up));
        Assert.False(up.AppliesTo(ImpairmentDirection.Down));
        Assert.False(ImpairmentOptions.None.AppliesTo(ImpairmentDirection.Up));
    }
}
