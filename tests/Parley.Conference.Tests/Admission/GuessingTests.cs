using Parley.Conference.Admission;
using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests.Admission;

/// <summary>Whoever guesses codes is slowed down; nobody else notices.</summary>
public sealed class GuessingTests
{
    private readonly TestServer _server = new();

    [Fact]
    public void A_wrong_code_is_answered_at_once()
    {
        var anna = _server.Host();
        var client = _server.Connect("eve");
        client.Join(Wrong(anna.Code), "Eve").ExpectRefused(EndReason.WrongCode);
        client.Join("12345", "Eve").ExpectRefused(EndReason.WrongCode);
        client.Join(anna.Code, "Eve").Expect<Waiting>();
    }

    [Fact]
    public void Ten_a_minute_are_free_then_even_the_right_code_must_wait_longer_and_longer()
    {
        var anna = _server.Host();
        var eve = _server.Connect("eve");
        for (var i = 0; i < 10; i++) eve.Join(Wrong(anna.Code), "Eve").ExpectRefused(EndReason.WrongCode);
        var waits = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            eve.Join(anna.Code, "Eve"); // right, and not looked at
            var refused = eve.Expect<Refused>();
            Assert.Equal(EndReason.RateLimited, refused.Reason);
            waits.Add(refused.RetryAfterMs!.Value);
            _server.Advance(TimeSpan.FromMilliseconds(refused.RetryAfterMs.Value));
            eve.Join(Wrong(anna.Code), "Eve").ExpectRefused(EndReason.WrongCode);
        }
        Assert.Equal([2_000, 4_000, 8_000, 16_000, 32_000], waits);
        Assert.DoesNotContain(anna.Inbox, m => m is JoinRequested);

        // Somebody else in the same moment, and Eve herself when she has waited.
        _server.Connect("ben").Join(anna.Code, "Ben").Expect<Waiting>();
        _server.AdvanceAlive(TimeSpan.FromSeconds(64), eve, anna);
        eve.Forget();
        eve.Join(anna.Code, "Eve").Expect<Waiting>();
    }

    [Fact]
    public void A_slash_64_is_one_guesser()
    {
        var anna = _server.Host();
        for (var i = 0u; i < 10; i++) _server.Connect($"e{i}", V6(i)).Join(Wrong(anna.Code), "Eve").ExpectRefused(EndReason.WrongCode);
        _server.Connect("e10", V6(99)).Join(anna.Code, "Eve").ExpectRefused(EndReason.RateLimited);
        _server.Connect("neighbour", new TransportAddress(new UInt128(0x20010DB8_00000002, 1), 0, 40_000)).Join(anna.Code, "Neighbour").Expect<Waiting>();

        static TransportAddress V6(uint low) => new(new UInt128(0x20010DB8_00000001, low), 0, 40_000);
    }

    [Fact]
    public void All_guessers_together_have_a_budget_that_costs_the_honest_nothing()
    {
        var throttle = new JoinThrottle();
        var now = Instant.FromMilliseconds(5_000);
        for (var i = 0u; i < 300; i++)
        {
            Assert.Equal(TimeSpan.Zero, throttle.DelayFor(now, i));
            throttle.OnWrongCode(now, i);
        }
        Assert.True(throttle.DelayFor(now, 7) > TimeSpan.Zero); // guessed once this minute: one is enough now
        Assert.Equal(TimeSpan.Zero, throttle.DelayFor(now, 1_000)); // never guessed
        Assert.Equal(TimeSpan.Zero, throttle.DelayFor(now + TimeSpan.FromSeconds(61), 7));
    }

    [Fact]
    public void Delays_grow_to_five_minutes_and_are_forgotten_after_a_quiet_minute()
    {
        var throttle = new JoinThrottle();
        var now = Instant.FromMilliseconds(5_000);
        var longest = TimeSpan.Zero;
        for (var i = 0; i < 40; i++)
        {
            throttle.OnWrongCode(now, 1);
            var delay = throttle.DelayFor(now, 1);
            Assert.True(delay >= longest, $"{delay} after {longest}");
            longest = delay;
            now += delay;
        }
        Assert.Equal(TimeSpan.FromMinutes(5), longest);
        now += TimeSpan.FromMinutes(2);
        for (var i = 0; i < 9; i++)
        {
            throttle.OnWrongCode(now, 1);
            Assert.Equal(TimeSpan.Zero, throttle.DelayFor(now, 1));
        }
    }

    [Fact]
    public void A_sweep_over_many_addresses_does_not_grow_memory_and_does_not_free_the_blocked()
    {
        var throttle = new JoinThrottle();
        var now = Instant.FromMilliseconds(5_000);
        for (var i = 0; i < 15; i++) throttle.OnWrongCode(now, 1);
        for (var i = 0u; i < 100_000; i++)
        {
            throttle.OnWrongCode(now, 1_000 + i);
            if (i % 50 == 0) now += TimeSpan.FromTicks(1);
        }
        Assert.InRange(throttle.Count, 1, 8_192);
        Assert.True(throttle.DelayFor(now, 1) > TimeSpan.Zero);
    }

    private static string Wrong(string code) => (code[0] == '9' ? "0" : "9") + code[1..];
}
