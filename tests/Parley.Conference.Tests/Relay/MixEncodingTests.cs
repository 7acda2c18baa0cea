using Parley.Conference.Tests.Support;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Relay;

/// <summary>What the mix costs to encode.</summary>
public sealed class MixEncodingTests
{
    private readonly CountingCodecs _codecs = new();
    private readonly TestServer _server;
    private List<TestClient> _everyone = [];

    public MixEncodingTests() => _server = new TestServer(ConferenceOptions.Default with { AudioCodecs = _codecs, AwayAfter = TimeSpan.FromHours(1) });

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void Encoding_follows_the_number_of_people_speaking_not_listening(int people)
    {
        var everyone = Meeting(people, AudioProfile.Opus);
        Speak(everyone[..1], 100);
        // One speaks: the mix of everyone else is one; the speaker hears nobody.
        Assert.InRange(_codecs.Encoded, 95, 101);

        _codecs.Forget();
        Speak(everyone[..2], 100);
        // Two speak: each hears the other, and all others hear one mix.
        Assert.InRange(_codecs.Encoded, 285, 303);
        Assert.All(everyone[2..], p => Assert.InRange(p.Media.Count, 95, 101));
        Assert.All(everyone[2..], p => Assert.All(p.Media, m => Assert.Equal((PayloadType.Opus, 3), (m.Header.PayloadType, m.Packet.Length - m.Header.HeaderLength))));
        Assert.Equal(3, _codecs.Encoders);

        // Others speak later: no more encoders than ever spoke at once.
        _server.Advance(TimeSpan.FromMilliseconds(500));
        Speak([everyone[1], everyone[2]], 100);
        Assert.Equal(3, _codecs.Encoders);
    }

    [Fact]
    public void Listeners_of_every_form_share_one_encoding_each()
    {
        var host = _server.Connect("Host").Create("Host", audio: AudioProfile.Opus);
        var guests = new List<TestClient> { host };
        foreach (var (name, profile) in new[] { ("A", AudioProfile.Opus), ("B", AudioProfile.L16At48Khz), ("C", AudioProfile.L16At16Khz), ("D", AudioProfile.Opus) })
        {
            guests.Add(_server.Connect(name).Join(host.Code, name, profile));
            host.Admit(name);
        }
        Begin(guests);
        Speak([host], 50);
        Assert.InRange(_codecs.Encoded, 45, 51);
        Assert.Equal(
            [PayloadType.Opus, PayloadType.L16At48Khz, PayloadType.L16At16Khz, PayloadType.Opus], guests.Skip(1).Select(g => g.Media[^1].Header.PayloadType));
    }

    [Fact]
    public void Opus_is_granted_only_where_the_server_has_it()
    {
        Assert.Equal(AudioProfile.Opus, _server.Connect("Anna").Create("Anna", audio: AudioProfile.Opus).Seat!.Media.Audio);
        var without = new TestServer();
        var anna = without.Connect("Anna").Create("Anna", audio: AudioProfile.Opus);
        Assert.Equal(AudioProfile.L16At48Khz, anna.Seat!.Media.Audio);
        Assert.Equal(AudioProfile.L16At16Khz, without.Connect("Ben").Create("Ben", audio: AudioProfile.L16At16Khz).Seat!.Media.Audio);
    }

    [Fact]
    public void Whoever_learns_or_forgets_opus_during_the_meeting_is_told_what_comes_from_then_on()
    {
        var everyone = Meeting(2, AudioProfile.L16At48Khz);
        var (anna, ben) = (everyone[0], everyone[1]);
        Assert.Equal(PayloadType.L16At48Khz, HeardBy(ben));

        ben.Send(Capable(AudioProfile.Opus));
        Assert.Equal(AudioProfile.Opus, ben.Expect<AudioGranted>().Audio);
        Assert.Equal(PayloadType.Opus, HeardBy(ben));

        // What is no news is not answered, and what is not said does not change.
        ben.Send(Capable(AudioProfile.Opus));
        ben.Send(Capable(null));
        Assert.DoesNotContain(ben.Inbox, m => m is AudioGranted);
        Assert.Equal(PayloadType.Opus, HeardBy(ben));

        ben.Send(Capable(AudioProfile.L16At48Khz));
        Assert.Equal(AudioProfile.L16At48Khz, ben.Expect<AudioGranted>().Audio);
        Assert.Equal(PayloadType.L16At48Khz, HeardBy(ben));

        PayloadType HeardBy(TestClient listener)
        {
            Speak([anna], 5);
            return listener.Media[^1].Header.PayloadType;
        }

        static SetCapabilities Capable(AudioProfile? audio) => new([VideoCodec.Jpeg], [VideoCodec.Jpeg], audio);
    }

    private List<TestClient> Meeting(int count, AudioProfile profile)
    {
        var host = _server.Connect("Host").Create("Host", audio: profile);
        var people = new List<TestClient> { host };
        for (var i = 1; i < count; i++)
        {
            people.Add(_server.Connect($"P{i}").Join(host.Code, $"P{i}", profile));
            host.Admit($"P{i}");
        }
        Begin(people);
        return people;
    }

    private void Begin(List<TestClient> people)
    {
        _everyone = people;
        foreach (var person in people)
        {
            person.Send(new SetMedia(DeviceState.On, DeviceState.Off));
            person.Report();
            person.Forget();
        }
    }

    private void Speak(List<TestClient> speakers, int frames)
    {
        foreach (var person in _everyone) person.Forget();
        for (var i = 0; i < frames; i++)
        {
            foreach (var speaker in speakers) speaker.Speak(1, isFirst: i == 0);
            _server.Advance(TimeSpan.FromMilliseconds(10));
        }
    }
}
