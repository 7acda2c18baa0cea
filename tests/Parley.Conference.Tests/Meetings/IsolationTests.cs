using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Meetings;

/// <summary>Nothing crosses from one meeting into another, and nobody speaks for somebody else.</summary>
public sealed class IsolationTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;
    private readonly TestClient _olga;
    private readonly TestClient _piet;

    public IsolationTests()
    {
        _anna = _server.Host();
        _ben = _server.Guest(_anna, "Ben");
        _olga = _server.Host("Olga");
        _piet = _server.Guest(_olga, "Piet");
        foreach (var client in Everyone)
        {
            client.Send(new SetMedia(DeviceState.On, DeviceState.On));
            client.Report();
        }
        foreach (var client in Everyone) client.Forget();
    }

    private TestClient[] Everyone => [_anna, _ben, _olga, _piet];

    [Fact]
    public void No_message_crosses()
    {
        _anna.Send(new PostChat("1", "secret")).Send(new SetMedia(DeviceState.Off, DeviceState.Off)).Send(new HandOver(_ben.Id));
        _server.Connect("dan").Join(_anna.Code, "Dan");
        _ben.Send(new RemoveSeat(_anna.Id));
        _ben.Send(new EndForAll());
        _olga.ExpectNothing();
        _piet.ExpectNothing();
        Assert.Equal(1, _server.Snapshot.Meetings);
    }

    [Fact]
    public void No_packet_crosses_and_nobody_gets_their_own()
    {
        _anna.Show(5, fill: 1);
        _olga.Show(5, fill: 2);
        _anna.SpeakFor(TimeSpan.FromMilliseconds(300));
        _olga.SpeakFor(TimeSpan.FromMilliseconds(300));

        Assert.Equal([_anna.Seat!.Media.VideoSsrc, _ben.Seat!.Media.MixSsrc], Ssrcs(_ben));
        Assert.Equal([_olga.Seat!.Media.VideoSsrc, _piet.Seat!.Media.MixSsrc], Ssrcs(_piet));
        Assert.Empty(Ssrcs(_anna));
        Assert.Empty(Ssrcs(_olga));
        Assert.All(_ben.Media.Where(m => m.Header.CsrcCount > 0), m => Assert.Equal(_anna.Seat.Media.AudioSsrc, RtpHeader.Csrc(m.Packet, 0)));
    }

    [Fact]
    public void An_authentic_packet_with_somebody_elses_ssrc_is_dropped()
    {
        foreach (var victim in new[] { _ben, _olga })
        {
            foreach (var ssrc in new[] { victim.Seat!.Media.VideoSsrc, victim.Seat.Media.AudioSsrc, victim.Seat.Media.MixSsrc, victim.Seat.Media.ServerRtcpSsrc })
            {
                var before = _server.Snapshot.PacketsReceived;
                _server.ReceiveDatagram(_anna.MediaAddress, _anna.Seal(Header(ssrc), new byte[100]));
                Assert.Equal(before, _server.Snapshot.PacketsReceived);
            }
        }
        Assert.True(_server.Snapshot.Drops[DropReason.NotAuthentic] >= 4);
        Assert.True(_server.Snapshot.Drops[DropReason.UnknownSsrc] >= 4);
        Assert.All(Everyone, c => Assert.Empty(c.Media));
    }

    [Fact]
    public void A_stolen_address_steals_nothing()
    {
        // Ben sends from Anna's address; and an old packet of Anna's comes again from Ben's.
        var old = _anna.NextPicture(1)[0];
        _server.ReceiveDatagram(_anna.MediaAddress, [.. old]);
        _server.ReceiveDatagram(_ben.MediaAddress, [.. old]);
        _ben.Forget();
        _anna.Forget();
        _ben.Show(1);
        Assert.Single(_anna.Media);
        Assert.Empty(_ben.Media);
        Assert.Equal(1, _server.Snapshot.Drops[DropReason.Replayed]);
    }

    [Fact]
    public void Whoever_moves_is_found_again_by_their_first_packet()
    {
        _anna.MoveTo(Parley.Protocol.Addressing.TransportAddress.FromIPv4(0xC0A80001, 7_000));
        _ben.Show(1);
        Assert.Empty(_anna.Media);
        _anna.Report();
        _ben.Show(1);
        Assert.Single(_anna.Media);
        Assert.Contains(_server.Events, e => e.Kind == ConferenceEventKind.AddressChanged && e.ParticipantId == _anna.Id);
    }

    [Fact]
    public void Every_flipped_bit_and_every_prefix_of_a_datagram_is_dropped_and_counted()
    {
        var golden = _anna.NextPicture(1)[0][..120];
        var audio = _anna.NextAudio();
        foreach (var datagram in new[] { golden, audio })
        {
            var before = _server.Snapshot.Drops.Values.Sum();
            var sent = 0;
            for (var bit = 0; bit < datagram.Length * 8; bit += bit < 256 ? 1 : 7)
            {
                var copy = (byte[])datagram.Clone();
                copy[bit / 8] ^= (byte)(1 << (bit % 8));
                _server.ReceiveDatagram(_anna.MediaAddress, copy);
                sent++;
            }
            for (var length = 0; length < datagram.Length; length += 3)
            {
                _server.ReceiveDatagram(_anna.MediaAddress, datagram.AsSpan(0, length).ToArray());
                sent++;
            }
            Assert.Equal(before + sent, _server.Snapshot.Drops.Values.Sum());
        }
        Assert.All(Everyone, c => Assert.Empty(c.Media));
        _server.ReceiveDatagram(_anna.MediaAddress, audio);
        _anna.Show(1);
        Assert.Single(_ben.Media);
    }

    [Fact]
    public void A_subscription_to_a_track_of_another_meeting_gives_nothing()
    {
        _piet.Send(new Subscribe([new TrackWish(_anna.Seat!.Media.VideoSsrc, 360)]));
        _piet.ReceiveTrack(_anna.Seat.Media.VideoSsrc);
        _anna.Show();
        _olga.Show();
        Assert.Empty(_piet.Media);
    }

    [Fact]
    public void A_key_frame_is_asked_of_people_in_the_same_meeting_only()
    {
        _anna.Show(type: PayloadType.H264);
        _olga.Show(type: PayloadType.H264);
        _ben.ReceiveTrack(_olga.Seat!.Media.VideoSsrc);
        _ben.RequestKeyframe(_olga.Seat.Media.VideoSsrc);
        Assert.False(_olga.Transport!.TryTakeFeedback(out _));
        _ben.RequestKeyframe(_anna.Seat!.Media.VideoSsrc);
        Assert.True(_anna.Transport!.TryTakeFeedback(out var feedback));
        Assert.Equal(_anna.Seat.Media.VideoSsrc, feedback.MediaSsrc.Value);
    }

    private static List<uint> Ssrcs(TestClient client) => [.. client.Media.Select(m => m.Header.Ssrc.Value).Distinct()];

    private static byte[] Header(uint ssrc)
    {
        var header = new byte[Limits.RtpHeader];
        RtpHeader.Write(header, PayloadType.Jpeg, marker: true, new SequenceNumber(9), new RtpTimestamp(0), new Ssrc(ssrc), []);
        return header;
    }
}
