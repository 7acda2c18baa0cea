using Parley.Media.Audio;

namespace Parley.Media.Tests.Audio;

public sealed class MixerTests
{
    [Fact]
    public void Everyone_hears_the_plain_sum_of_all_others_to_the_bit_while_it_fits()
    {
        const int People = 12;
        var mixer = new Mixer(People);
        var random = new Random(7);
        var heard = new short[480];
        for (var cycle = 0; cycle < 50; cycle++)
        {
            var frames = new short[]?[People];
            mixer.Begin();
            for (var p = 0; p < People; p++)
            {
                if (random.Next(2) == 0) continue;
                frames[p] = Signals.Noise(random.Next(), 2_500, 480);
                mixer.Add(p, frames[p]);
            }
            Assert.Equal(frames.Count(f => f is not null), mixer.Active);
            for (var p = -1; p < People; p++)
            {
                mixer.MixFor(p, heard);
                Assert.Equal(PlainSum(frames, p), heard.Select(s => (int)s));
            }
        }
    }

    [Fact]
    public void One_speaker_is_as_loud_in_a_crowd_as_alone()
    {
        var voice = Signals.Sine(500, 8_000, 480);
        var alone = new short[480];
        var crowd = new short[480];
        var mixer = new Mixer(200);
        mixer.Begin();
        mixer.Add(0, voice);
        mixer.MixFor(1, alone);
        mixer.Begin();
        for (var p = 0; p < 200; p++) mixer.Add(p, p == 0 ? voice : new short[480]);
        mixer.MixFor(1, crowd);
        Assert.Equal(voice, alone);
        Assert.Equal(voice, crowd);
    }

    [Fact]
    public void Two_hundred_at_full_scale_stay_within_16_bits_without_wrapping()
    {
        var mixer = new Mixer(200);
        var heard = new short[480];
        for (var cycle = 0; cycle < 20; cycle++)
        {
            mixer.Begin();
            for (var p = 0; p < 200; p++) mixer.Add(p, Signals.Sine(500, 32_767, 480, start: cycle * 480));
            mixer.MixFor(-1, heard);
            var expected = Signals.Sine(500, 32_767, 480, start: cycle * 480);
            for (var i = 0; i < 480; i++) Assert.True(Math.Sign(heard[i]) == Math.Sign(expected[i]) || Math.Abs((int)expected[i]) < 100);
        }
        Assert.InRange(Signals.Peak(heard), 32_000, 32_767);
    }

    [Fact]
    public void Who_begins_to_talk_hears_the_others_go_on_at_the_same_gain()
    {
        var mixer = new Mixer(4);
        var heard = new short[480];
        var loud = Signals.Sine(500, 30_000, 480);
        for (var cycle = 0; cycle < 10; cycle++)
        {
            mixer.Begin();
            mixer.Add(0, loud);
            mixer.Add(1, loud);
            mixer.MixFor(-1, heard);
        }
        var before = Signals.Peak(heard);
        mixer.Begin();
        mixer.Add(0, loud);
        mixer.Add(1, loud);
        mixer.Add(2, Signals.Sine(500, 100, 480));
        mixer.MixFor(2, heard);
        Assert.InRange(Signals.Peak(heard), before - 700, before + 700);
    }

    [Fact]
    public void Adding_a_source_twice_in_a_cycle_is_an_error()
    {
        var mixer = new Mixer(2);
        mixer.Begin();
        mixer.Add(1, new short[480]);
        Assert.Throws<InvalidOperationException>(() => mixer.Add(1, new short[480]));
        mixer.Begin();
        mixer.Add(1, new short[480]);
    }

    [Fact]
    public void Mixing_allocates_nothing()
    {
        var mixer = new Mixer(20);
        var loud = Signals.Noise(3, 30_000, 480);
        var heard = new short[480];
        Cycle();
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            for (var i = 0; i < 100; i++) Cycle();
        }));

        void Cycle()
        {
            mixer.Begin();
            for (var p = 0; p < 20; p++) mixer.Add(p, loud);
            for (var p = -1; p < 20; p++) mixer.MixFor(p, heard);
        }
    }

    private static IEnumerable<int> PlainSum(short[]?[] frames, int except)
    {
        for (var i = 0; i < 480; i++)
        {
            var sum = 0;
            for (var p = 0; p < frames.Length; p++)
            {
                if (p != except && frames[p] is { } frame) sum += frame[i];
            }
            yield return sum;
        }
    }
}
