using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Relay;

/// <summary>Pictures as packets: whole, in runs, renumbered, to whoever wants them.</summary>
public sealed class VideoRelayTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;
    private readonly TestClient _cleo;

    public VideoRelayTests()
    {
        _anna = _server.Host();
        _ben = _server.Guest(_anna, "Ben");
        _cleo = _server.Guest(_anna, "Cleo");
        foreach (var client in new[] { _anna, _ben, _cleo })
        {
            client.TurnOnCamera();
            client.Report();
            client.Forget();
        }
    }

    [Fact]
    public void Everyone_else_gets_every_piece_with_its_payload_untouched()
    {
        _anna.Show(5, fill: 42).Show(2, fill: 43);
        foreach (var viewer in new[] { _ben, _cleo })
        {
            Assert.Equal(7, viewer.Media.Count);
            for (var i = 0; i < 7; i++)
            {
                var (header, packet) = viewer.Media[i];
                Assert.True(FrameHeader.TryParse(packet.AsSpan(header.HeaderLength), out var frame));
                Assert.Equal((_anna.Seat!.Media.VideoSsrc, PayloadType.Jpeg, i is 4 or 6), (header.Ssrc.Value, header.PayloadType, header.Marker));
                Assert.Equal((i < 5 ? 0 : 1, i < 5 ? i : i - 5, i < 5 ? 5 : 2), (frame.FrameId, frame.FragmentIndex, frame.FragmentCount));
                Assert.All(packet[(header.HeaderLength + Limits.FrameHeader)..], b => Assert.Equal(i < 5 ? 42 : 43, b));
                if (i > 0) Assert.Equal(viewer.Media[i - 1].Header.Sequence.Next, header.Sequence);
            }
        }
        Assert.Empty(_anna.Media);
    }

    [Fact]
    public void Pieces_that_come_in_another_order_go_out_in_that_order_with_their_numbers()
    {
        var pieces = _anna.NextPicture(4);
        foreach (var i in new[] { 0, 2, 1, 3 }) _server.ReceiveDatagram(_anna.MediaAddress, pieces[i]);
        Assert.Equal([0, 2, 1, 3], _ben.Media.Select(m => m.Header.Sequence.DistanceFrom(_ben.Media[0].Header.Sequence)));
    }

    [Fact]
    public void Only_what_is_subscribed_is_sent_and_a_pause_leaves_no_gap()
    {
        _anna.Show(2);
        _ben.Send(new Subscribe([]));
        _anna.Show(3).Show(3);
        Assert.Equal(2, _ben.Media.Count);
        Assert.Equal(6, _server.Snapshot.Drops[DropReason.NotSubscribed]);

        _ben.Send(new Subscribe([new TrackWish(_anna.Seat!.Media.VideoSsrc, 360), new TrackWish(12345, 360)]));
        _anna.Show(2);
        Assert.Equal(4, _ben.Media.Count);
        for (var i = 1; i < 4; i++) Assert.Equal(_ben.Media[i - 1].Header.Sequence.Next, _ben.Media[i].Header.Sequence);
        Assert.Equal(8, _cleo.Media.Count - 2);
    }

    [Fact]
    public void A_publisher_who_comes_back_goes_on_without_a_gap()
    {
        _anna.Show(2);
        _anna.Disconnect();
        var back = _server.Connect("Anna", null, _anna.Seat!.ResumeToken, _anna.Epoch);
        back.TurnOnCamera().Show(2);
        Assert.Equal(4, _ben.Media.Count);
        for (var i = 1; i < 4; i++) Assert.Equal(_ben.Media[i - 1].Header.Sequence.Next, _ben.Media[i].Header.Sequence);
    }

    [Fact]
    public void What_is_no_picture_is_dropped_and_harms_nobody()
    {
        var header = new byte[Limits.RtpHeader];
        RtpHeader.Write(header, PayloadType.Jpeg, marker: true, new SequenceNumber(1), new RtpTimestamp(0), new Ssrc(_anna.Seat!.Media.VideoSsrc), []);
        foreach (var payload in new byte[][] { [], new byte[11], new byte[12], new byte[500] })
        {
            header[3]++;
            _server.ReceiveDatagram(_anna.MediaAddress, _anna.Seal(header, payload));
        }
        var large = new byte[Limits.FrameHeader + Limits.MaxFragment + 1];
        new FrameHeader(1, 0, 1, 1, 1, FrameFlags.None, 0).Write(large);
        header[3]++;
        _server.ReceiveDatagram(_anna.MediaAddress, _anna.Seal(header, large));

        Assert.Empty(_ben.Media);
        Assert.Equal((4, 1), (_server.Snapshot.Drops[DropReason.Malformed], _server.Snapshot.Drops[DropReason.TooLarge]));
    }

    [Fact]
    public void A_publisher_who_jumps_about_in_the_numbers_ends_nothing()
    {
        var header = new byte[Limits.RtpHeader];
        var random = new SeededRandom(5);
        var payload = new byte[100];
        var sequence = 0;
        for (var i = 0; i < 5_000; i++)
        {
            sequence += 1 + random.NextInt32(32_000);
            new FrameHeader((ushort)random.NextUInt32(), 0, 1, 1, 1, FrameFlags.None, 0).Write(payload);
            RtpHeader.Write(header, PayloadType.Jpeg, marker: true, new SequenceNumber((ushort)sequence), new RtpTimestamp(0), new Ssrc(_anna.Seat!.Media.VideoSsrc), []);
            _server.ReceiveDatagram(_anna.MediaAddress, _anna.Seal(header, payload));
            if (i % 100 == 0) _cleo.Ping();
            if (i % 100 == 0) _ben.Send(new Subscribe(i % 200 == 0 ? [] : [new TrackWish(_anna.Seat.Media.VideoSsrc, 360)]));
            _server.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.Equal(5_000, _cleo.Media.Count);
    }

    [Fact]
    public void A_queue_of_the_driver_without_room_delays_pictures_and_loses_none()
    {
        var server = new TestServer(datagrams: new Parley.Transport.Driving.DatagramQueue(6_000, 64));
        var anna = server.Host();
        var ben = server.Guest(anna, "Ben");
        anna.TurnOnCamera();
        ben.Report();
        ben.Forget();
        // All pieces arrive in one batch, and the queue holds five.
        foreach (var piece in anna.NextPicture(12)) server.Server.HandleDatagram(server.Now, anna.MediaAddress, piece);
        server.Settle();
        Assert.InRange(ben.Media.Count, 4, 6);
        server.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(12, ben.Media.Count);
        Assert.DoesNotContain(DropReason.QueueFull, server.Snapshot.Drops.Keys);
    }

    [Fact]
    public void More_than_may_wait_for_the_pacer_drops_with_a_reason_and_recovers()
    {
        var server = new TestServer();
        var anna = server.Host();
        var ben = server.Guest(anna, "Ben");
        var cleo = server.Guest(anna, "Cleo");
        anna.TurnOnCamera();
        cleo.TurnOnCamera();
        ben.Report();
        ben.Forget();
        // Two large pictures at the same time: neither is old when it begins.
        foreach (var (one, other) in anna.NextPicture(800).Zip(cleo.NextPicture(800)))
        {
            server.Server.HandleDatagram(server.Now, anna.MediaAddress, one);
            server.Server.HandleDatagram(server.Now, cleo.MediaAddress, other);
        }
        server.Settle();
        Assert.True(server.Snapshot.Drops[DropReason.QueueFull] >= 1);
        server.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(ben.Media.Count, 1024, 1100);
        ben.Forget();
        anna.Show(2);
        Assert.Equal(2, ben.Media.Count);
    }

    [Fact]
    public void While_a_receiver_is_behind_new_pictures_are_left_out_whole_and_without_a_gap()
    {
        foreach (var piece in _anna.NextPicture(800)) _server.Server.HandleDatagram(_server.Now, _anna.MediaAddress, piece);
        _server.Settle();
        _anna.Show(3).Show(3);
        Assert.True(_server.Snapshot.Drops[DropReason.NoBandwidth] >= 12);
        _server.Advance(TimeSpan.FromSeconds(3));
        _anna.Show(2);
        Assert.Equal(802, _ben.Media.Count);
        for (var i = 1; i < 802; i++) Assert.Equal(_ben.Media[i - 1].Header.Sequence.Next, _ben.Media[i].Header.Sequence);
    }

    [Fact]
    public void A_camera_that_was_not_said_to_be_on_is_not_relayed()
    {
        _anna.Send(new SetMedia(DeviceState.Off, DeviceState.Off)).Show(3);
        _anna.Send(new SetMedia(DeviceState.Off, DeviceState.Refused)).Show(3);
        Assert.Empty(_ben.Media);
        Assert.Equal(6, _server.Snapshot.Drops[DropReason.NotPermitted]);
        _anna.TurnOnCamera().Show(3);
        Assert.Equal(3, _ben.Media.Count);
    }

    [Fact]
    public void A_small_tile_gets_the_small_encoding_under_the_tracks_one_ssrc()
    {
        _ben.Send(new Subscribe([new TrackWish(_anna.Seat!.Media.VideoSsrc, 150)]));
        _anna.Show(5, fill: 7).Show(1, fill: 8, encoding: 1).Show(5, fill: 7).Show(1, fill: 9, encoding: 1);
        // The large one until the small one is there: a tile is not empty while there is something to show.
        Assert.Equal(5 + 1 + 1, _ben.Media.Count);
        Assert.All(_ben.Media, m => Assert.Equal(_anna.Seat.Media.VideoSsrc, m.Header.Ssrc.Value));
        for (var i = 1; i < _ben.Media.Count; i++) Assert.Equal(_ben.Media[i - 1].Header.Sequence.Next, _ben.Media[i].Header.Sequence);
        Assert.Equal([8, 9], _ben.Media.Skip(5).Select(m => m.Packet[^1]));
        Assert.Equal(10, _cleo.Media.Count);
    }

    [Fact]
    public void Ten_requests_for_a_key_frame_make_one_and_the_next_half_a_second_later()
    {
        _anna.Show(1, type: PayloadType.H264);
        _anna.Show(1, type: PayloadType.H264, flags: FrameFlags.None);
        for (var i = 0; i < 5; i++)
        {
            _ben.RequestKeyframe(_anna.Seat!.Media.VideoSsrc);
            _cleo.RequestKeyframe(_anna.Seat.Media.VideoSsrc);
            _server.Advance(TimeSpan.FromMilliseconds(45));
        }
        Assert.True(_anna.Transport!.TryTakeFeedback(out var feedback));
        Assert.Equal(_anna.Seat!.Media.VideoSsrc, feedback.MediaSsrc.Value);
        Assert.False(_anna.Transport.TryTakeFeedback(out _));

        _server.Advance(TimeSpan.FromMilliseconds(300));
        _anna.Show(1, type: PayloadType.H264, flags: FrameFlags.None);
        Assert.True(_anna.Transport.TryTakeFeedback(out _));
    }

    [Fact]
    public void A_key_frame_of_the_encoding_that_a_receiver_is_to_get_next_is_asked_for_by_the_relay()
    {
        _anna.Show(1, type: PayloadType.H264).Show(1, encoding: 1, type: PayloadType.H264);
        _server.Advance(TimeSpan.FromMilliseconds(600));
        while (_anna.Transport!.TryTakeFeedback(out _))
        {
            // What was asked before does not count.
        }
        _ben.Send(new Subscribe([new TrackWish(_anna.Seat!.Media.VideoSsrc, 150)]));
        _ben.Forget();
        _anna.Show(2, type: PayloadType.H264, flags: FrameFlags.None).Show(1, encoding: 1, type: PayloadType.H264, flags: FrameFlags.None);
        Assert.Equal(2, _ben.Media.Count); // still the large one
        Assert.True(_anna.Transport.TryTakeFeedback(out var feedback));
        Assert.Equal(_anna.Seat.Media.SmallVideoSsrc, feedback.MediaSsrc.Value);
        _anna.Show(1, encoding: 1, type: PayloadType.H264).Show(2, type: PayloadType.H264, flags: FrameFlags.None);
        Assert.Equal(3, _ben.Media.Count);
    }
}
