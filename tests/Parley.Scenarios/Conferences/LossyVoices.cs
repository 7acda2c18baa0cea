using Parley.Codecs;
using Parley.Media.Audio;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;
using Parley.Simulation.Scenarios;
using Parley.Tests;

namespace Parley.Scenarios.Conferences;

/// <summary>Three people talk, ben over a network that loses. What is made up of his voice at the server, and of the mix at him, is what nobody sent again in time.</summary>
public sealed class LossyVoices
{
    private const double Tone = 997;

    [Theory]
    [InlineData(51, AudioProfile.L16At48Khz)]
    [InlineData(52, AudioProfile.L16At16Khz)]
    public void Five_percent_loss_is_hardly_ever_made_up(int seed, AudioProfile profile) => Play(seed, NoAudioCodecs.Instance, profile, "loss=5%,delay=10ms", 0.01);

    [Theory]
    [InlineData(53, AudioProfile.L16At48Khz)]
    [InlineData(54, AudioProfile.L16At16Khz)]
    public void Twenty_percent_loss_is_mostly_made_good(int seed, AudioProfile profile) => Play(seed, NoAudioCodecs.Instance, profile, "loss=20%,delay=10ms", 0.05);

    [OpusFact]
    public void Five_percent_loss_of_opus_is_hardly_ever_made_up() => Play(55, Opus(), null, "loss=5%,delay=10ms", 0.01);

    [OpusFact]
    public void Twenty_percent_loss_of_opus_is_mostly_made_good() => Play(56, Opus(), null, "loss=20%,delay=10ms", 0.05);

    [OpusFact]
    public void Loss_and_jitter_together_cost_a_voice_in_opus_little() => Play(57, Opus(), null, "loss=2%,delay=40ms,jitter=30ms", 0.02);

    [OpusFact]
    public void In_opus_everyone_hears_the_others_and_not_themselves() => Play(58, Opus(), null, "loss=0%", 0);

    [OpusFact]
    public void Opus_that_is_decoded_elsewhere_survives_five_percent_loss_too() =>
        Play(60, Opus(), null, "loss=5%,delay=10ms", 0.01, elsewhere: true);

    [OpusFact]
    public void Whoever_asks_for_plain_sound_gets_it_whatever_their_machine_has()
    {
        Scenario.Plan(seed: 61, plan =>
        {
            Three(plan, Opus(), AudioProfile.L16At48Khz).For(3.Seconds());
            var before = plan.Person("ben").Client.Network!.Value;
            plan.For(5.Seconds());
            var after = plan.Person("ben").Client.Network!.Value;
            plan.Expect("bits a second of the mix at ben", (after.BytesReceived - before.BytesReceived) * 8 / 5.0, 780_000, 900_000)
                .Expect("bits a second of ben's voice", (after.BytesSent - before.BytesSent) * 8 / 5.0, 780_000, 900_000);
        });
    }

    [Fact]
    public void Without_opus_sound_gets_narrow_with_a_reason_and_wide_again()
    {
        Scenario.Plan(seed: 59, plan =>
        {
            Three(plan, NoAudioCodecs.Instance, null)
                .For(2.Seconds())
                .Network("ben", "loss=10%")
                .For(6.Seconds())
                .Expect("ben is told once", () => plan.Person("ben").Changes is [{ Step: QualityStep.AudioNarrowed, Reason: QualityReason.Loss }])
                .Expect("anna and cleo notice nothing", () => plan.Person("anna").Changes.Count + plan.Person("cleo").Changes.Count == 0)
                .Heal("ben", "server")
                .For(20.Seconds())
                .Expect("ben is told once more", () => plan.Person("ben").Changes is [_, { Step: QualityStep.AudioWidened, Reason: QualityReason.Recovered }])
                .Measure()
                .For(5.Seconds())
                .ExpectEveryoneHearsTheOthers(("anna", 443), ("ben", Tone), ("cleo", 1571));
        });
    }

    private static LibOpus Opus() => LibOpus.TryLoad(out var opus) ? opus : throw new InvalidOperationException("The attribute has skipped this.");

    private static ScenarioPlan Three(ScenarioPlan plan, IAudioCodecs codecs, AudioProfile? profile, bool elsewhere = false) => plan
        .Server(codecs)
        .Join("anna", tone: 443, profile: profile)
        .Join("ben", tone: Tone, profile: profile, elsewhere: elsewhere)
        .Join("cleo", tone: 1571, profile: profile);

    private static void Play(int seed, IAudioCodecs codecs, AudioProfile? profile, string impairment, double concealed, bool elsewhere = false)
    {
        Scenario.Plan(seed, plan =>
        {
            Three(plan, codecs, profile, elsewhere)
                .Network("ben", impairment)
                .For(8.Seconds())
                .Measure();
            var before = plan.TheServer().TakeSnapshot();
            plan.For(30.Seconds());
            var after = plan.TheServer().TakeSnapshot();
            var voice = (after.VoiceFrames - before.VoiceFrames) / 3.0;
            plan.Expect("ben's voice as part of what was mixed", voice, 2_900, 3_010)
                .Expect("made-up sound of ben at the server", (after.ConcealedVoiceFrames - before.ConcealedVoiceFrames) / voice, 0, concealed)
                .Expect("made-up sound at ben", plan.Person("ben").ConcealedShare, 0, concealed)
                .Expect("made-up sound at cleo", plan.Person("cleo").ConcealedShare, 0, 0)
                .Expect("longest silence at ben in ms", plan.Person("ben").LongestSilence.TotalMilliseconds, 0, 60)
                .ExpectEveryoneHearsTheOthers(("anna", 443), ("ben", Tone), ("cleo", 1571));
        });
    }
}
