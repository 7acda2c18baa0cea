using FsCheck;
using FsCheck.Fluent;
using Parley.Conference.Audio;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Audio;

public sealed class AudioPolicyTests
{
    private const long Plenty = 20_000_000;

    private Instant _now = Instant.FromMilliseconds(1_000);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.009, 0)]
    [InlineData(0.01, 1)]
    [InlineData(0.079, 1)]
    [InlineData(0.08, 2)]
    [InlineData(0.5, 2)]
    public void Loss_decides_how_often_sound_is_sent_again(double loss, int redundancy)
    {
        Assert.Equal(redundancy, After(AudioProfile.Opus, 1, loss, Plenty).Plan.Redundancy);
        Assert.Equal(redundancy, After(AudioProfile.L16At16Khz, 1, loss, Plenty).Plan.Redundancy);
    }

    [Fact]
    public void Redundancy_goes_step_by_step_and_only_after_five_seconds_of_less_loss()
    {
        var policy = After(AudioProfile.Opus, 1, 0.2, Plenty);
        Assert.Equal([2, 2, 2, 2, 1, 1, 1, 1, 1, 0, 0], Levels(policy, 11, 0));
    }

    [Fact]
    public void A_loss_around_a_threshold_changes_nothing()
    {
        var policy = After(AudioProfile.Opus, 1, 0.011, Plenty);
        for (var i = 0; i < 60; i++)
        {
            Step(policy, i % 2 == 0 ? 0.009 : 0.011, Plenty);
            Assert.Equal(1, policy.Plan.Redundancy);
        }
    }

    [Theory]
    [InlineData(5_000_000, 48_000)]
    [InlineData(500_000, 24_000)]
    [InlineData(100_000, 12_000)]
    [InlineData(0, 12_000)]
    public void Opus_follows_the_target_and_takes_less_than_half_of_it(long target, int bitrate)
    {
        var policy = After(AudioProfile.Opus, 1, 0.2, target);
        Assert.Equal((AudioProfile.Opus, bitrate, 2, 20), (policy.Plan.Profile, policy.Plan.Bitrate, policy.Plan.Redundancy, policy.Plan.LossPercent));
        if (target >= 250_000) Assert.True(policy.Plan.RateOnWire < target / 2, $"{policy.Plan.RateOnWire}");
    }

    [Fact]
    public void Opus_gets_its_rate_back_after_five_seconds_of_room_and_not_for_less_room()
    {
        var policy = After(AudioProfile.Opus, 1, 0, 500_000);
        for (var i = 0; i < 20; i++) Step(policy, 0, 1_000_000);
        Assert.Equal(24_000, policy.Plan.Bitrate);
        for (var i = 0; i < 4; i++) Step(policy, 0, 2_000_000);
        Assert.Equal(24_000, policy.Plan.Bitrate);
        Step(policy, 0, 2_000_000);
        Assert.Equal(48_000, policy.Plan.Bitrate);
    }

    [Theory]
    [InlineData(0.03, Plenty, QualityReason.Loss)]
    [InlineData(0, 1_199_999, QualityReason.Bandwidth)]
    public void Wide_l16_is_given_up_for_loss_and_for_lack_of_room_and_comes_back(double loss, long target, QualityReason reason)
    {
        var policy = new AudioPolicy(AudioProfile.L16At48Khz);
        Step(policy, 0.029, 1_200_000);
        Assert.Equal(AudioProfile.L16At48Khz, policy.Plan.Profile);
        Step(policy, loss, target);
        Assert.Equal((AudioProfile.L16At16Khz, reason), (policy.Plan.Profile, policy.Reason));
        var count = 0;
        while (policy.Plan.Profile == AudioProfile.L16At16Khz && count++ < 100) Step(policy, 0, Plenty);
        Assert.Equal(QualityReason.Recovered, policy.Reason);
        Assert.InRange(count, 4, 6);
    }

    [Fact]
    public void What_is_sent_again_leaves_room_on_a_path_that_is_full()
    {
        Assert.Equal(2, After(AudioProfile.L16At16Khz, 1, 0.2, 2_000_000, queueMs: 30).Plan.Redundancy);
        Assert.Equal(1, After(AudioProfile.L16At16Khz, 1, 0.2, 900_000, queueMs: 30).Plan.Redundancy);
        Assert.Equal(0, After(AudioProfile.L16At16Khz, 1, 0.2, 500_000, queueMs: 30).Plan.Redundancy);
        // Without a queue the packets are lost for another reason, and the target is low because of that.
        Assert.Equal(2, After(AudioProfile.L16At16Khz, 1, 0.2, 300_000, queueMs: 24).Plan.Redundancy);
    }

    [Fact]
    public void What_a_full_queue_lost_is_not_sent_again()
    {
        Assert.Equal(0, After(AudioProfile.Opus, seconds: 5, loss: 0.2, target: 500_000, queueMs: 90).Plan.Redundancy);
        var policy = After(AudioProfile.Opus, seconds: 1, loss: 0.2, target: 500_000, queueMs: 90);
        for (var i = 0; i < 4; i++) Step(policy, 0.2, 500_000);
        Assert.Equal(0, policy.Plan.Redundancy);
        Step(policy, 0.2, 500_000); // five seconds later it is not the queue
        Assert.Equal(2, policy.Plan.Redundancy);
    }

    [Theory]
    [InlineData(AudioProfile.L16At48Khz, 890_000, true)]
    [InlineData(AudioProfile.L16At48Khz, 900_000, false)]
    [InlineData(AudioProfile.Opus, 90_000, true)]
    [InlineData(AudioProfile.Opus, 300_000, false)]
    [InlineData(AudioProfile.L16At16Khz, 90_000, false)]
    public void Sound_that_alone_is_too_much_for_the_path_does_not_wait(AudioProfile profile, long target, bool isTooMuch) =>
        Assert.Equal(isTooMuch, new AudioPolicy(profile).IsTooMuchFor(target));

    [Fact]
    public void Rates_on_the_wire_are_those_of_the_packets()
    {
        // 100 packets a second: IP and UDP 28, RTP 12, tag 16, payload.
        Assert.Equal(100 * 8 * (56 + 960), new AudioPlan(AudioProfile.L16At48Khz, 0, 0, 0).RateOnWire);
        Assert.Equal(100 * 8 * (56 + (3 * 320) + 9), new AudioPlan(AudioProfile.L16At16Khz, 0, 2, 0).RateOnWire);
        Assert.Equal(100 * 8 * (56 + (2 * 60) + 5), new AudioPlan(AudioProfile.Opus, 48_000, 1, 0).RateOnWire);
    }

    [Fact]
    public void Whatever_happens_it_changes_for_the_better_at_most_once_in_five_seconds_and_never_leaves_its_bounds() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var profile = (AudioProfile)random.Next(3);
            var policy = new AudioPolicy(profile);
            var improved = new Instant(0);
            for (var i = 0; i < 200; i++)
            {
                var before = policy.Plan;
                Step(policy, random.NextDouble() * random.NextDouble(), random.NextInt64(3_000_000), random.Next(50));
                var plan = policy.Plan;
                if (plan.Redundancy is < 0 or > 2 || (plan.Profile == AudioProfile.L16At48Khz && plan.Redundancy > 0)) return false;
                if (profile == AudioProfile.Opus != (plan.Profile == AudioProfile.Opus)) return false;
                if (plan.Bitrate <= before.Bitrate) continue;
                if (_now - improved < AudioPolicy.Patience) return false;
                improved = _now;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    private AudioPolicy After(AudioProfile granted, int seconds, double loss, long target, int queueMs = 0)
    {
        var policy = new AudioPolicy(granted);
        for (var i = 0; i < seconds; i++) Step(policy, loss, target, queueMs);
        return policy;
    }

    private void Step(AudioPolicy policy, double loss, long target, int queueMs = 0)
    {
        _now += TimeSpan.FromSeconds(1);
        policy.Update(_now, loss, target, TimeSpan.FromMilliseconds(queueMs));
    }

    private List<int> Levels(AudioPolicy policy, int seconds, double loss) => [.. Enumerable.Range(0, seconds).Select(_ =>
    {
        Step(policy, loss, Plenty);
        return policy.Plan.Redundancy;
    })];
}
