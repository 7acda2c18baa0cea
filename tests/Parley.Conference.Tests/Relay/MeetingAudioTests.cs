using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Relay;

/// <summary>The mix as packets: who gets one, how often, and who is named in it.</summary>
public sealed class MeetingAudioTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;
    private readonly TestClient _cleo;

    public MeetingAudioTests()
    {
        _anna = _server.Host();
        _ben = _server.Guest(_anna, "Ben");
        _cleo = _server.Connect("Cleo").Join(_anna.Code, "Cleo", AudioProfile.L16At16Khz);
        _anna.Admit("Cleo");
        foreach (var client in Everyone)
        {
            client.Send(new SetMedia(DeviceState.On, DeviceState.Off));
            client.Report();
            client.Forget();
        }
    }

    private TestClient[] Everyone => [_anna, _ben, _cleo];

    [Fact]
    public void One_speaker_is_one_packet_a_tick_for_everyone_else()
    {
        _anna.SpeakFor(TimeSpan.FromSeconds(1));
        Assert.Empty(_anna.Media);
        Assert.InRange(_ben.Media.Count, 96, 100);
        Assert.Equal(_ben.Media.Count, _cleo.Media.Count);
        Assert.All(_ben.Media, m => Assert.Equal((PayloadType.L16At48Khz, 1, 960), (m.Header.PayloadType, m.Header.CsrcCount, m.Packet.Length - m.Header.HeaderLength)));
        Assert.All(_cleo.Media, m => Assert.Equal((PayloadType.L16At16Khz, 320), (m.Header.PayloadType, m.Packet.Length - m.Header.HeaderLength)));
        Assert.All(_ben.Media, m => Assert.Equal(_anna.Seat!.Media.AudioSsrc, RtpHeader.Csrc(m.Packet, 0)));
        Assert.True(_ben.Media[0].Header.Marker);
        Assert.DoesNotContain(_ben.Media.Skip(1), m => m.Header.Marker);
        for (var i = 1; i < _ben.Media.Count; i++)
        {
            Assert.Equal(_ben.Media[i - 1].Header.Sequence.Next, _ben.Media[i].Header.Sequence);
            Assert.Equal(480, _ben.Media[i].Header.Timestamp.DistanceFrom(_ben.Media[i - 1].Header.Timestamp));
        }
    }

    [Fact]
    public void Speakers_are_named_loudest_first_and_never_the_listener()
    {
        for (var i = 0; i < 50; i++)
        {
            _anna.Speak(1, amplitude: 2_000, isFirst: i == 0);
            _ben.Speak(1, amplitude: 16_000, isFirst: i == 0);
            _server.Advance(TimeSpan.FromMilliseconds(10));
        }
        var (annaSsrc, benSsrc) = (_anna.Seat!.Media.AudioSsrc, _ben.Seat!.Media.AudioSsrc);
        Assert.Equal([benSsrc, annaSsrc], Sources(_cleo.Media[^1]));
        Assert.Equal([annaSsrc], Sources(_ben.Media[^1]));
        Assert.Equal([benSsrc], Sources(_anna.Media[^1]));
    }

    [Fact]
    public void When_the_last_voice_ends_the_packets_end_and_the_clock_stops()
    {
        _anna.SpeakFor(TimeSpan.FromMilliseconds(500));
        _server.Advance(TimeSpan.FromMilliseconds(500));
        foreach (var client in Everyone) client.Forget();
        _server.Advance(TimeSpan.FromMilliseconds(200));
        Assert.All(Everyone, c => Assert.Empty(c.Media));
        Assert.NotEqual(Parley.Transport.Driving.TimeoutReason.AudioTick, _server.Server.NextTimeout.Reason);

        _anna.SpeakFor(TimeSpan.FromMilliseconds(200));
        Assert.True(_ben.Media[0].Header.Marker);
    }

    [Fact]
    public void A_microphone_that_is_off_is_not_heard_whatever_it_sends()
    {
        _anna.Send(new SetMedia(DeviceState.Off, DeviceState.Off));
        foreach (var client in Everyone) client.Forget();
        _anna.SpeakFor(TimeSpan.FromMilliseconds(300));
        Assert.All(Everyone, c => Assert.Empty(c.Media));
        Assert.Equal(30, _server.Snapshot.Drops[DropReason.NotPermitted]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(958)]
    [InlineData(962)]
    [InlineData(320)]
    public void A_payload_of_another_size_is_malformed(int size)
    {
        var header = new byte[Limits.RtpHeader];
        RtpHeader.Write(header, PayloadType.L16At48Khz, marker: true, new SequenceNumber(1), new RtpTimestamp(0), new Ssrc(_anna.Seat!.Media.AudioSsrc), []);
        _server.ReceiveDatagram(_anna.MediaAddress, _anna.Seal(header, new byte[size]));
        Assert.Equal(1, _server.Snapshot.Drops[DropReason.Malformed]);
    }

    [Fact]
    public void A_stalled_server_does_not_play_the_past()
    {
        _anna.SpeakFor(TimeSpan.FromMilliseconds(300));
        foreach (var client in Everyone) client.Forget();
        for (var i = 0; i < 60; i++) _anna.Speak(1, isFirst: false); // 600 ms of sound arrive at once
        _server.Skip(TimeSpan.FromMilliseconds(600));
        Assert.InRange(_ben.Media.Count, 0, 12);
    }

    private static uint[] Sources((RtpHeader Header, byte[] Packet) media) =>
        [.. Enumerable.Range(0, media.Header.CsrcCount).Select(i => RtpHeader.Csrc(media.Packet, i))];
}
