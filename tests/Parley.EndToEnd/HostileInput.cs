using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.EndToEnd.Programs;
using Parley.Net;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;
using Parley.Transport;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.EndToEnd;

/// <summary>Strangers and bad participants, each beside a running meeting that must not notice.</summary>
public sealed class HostileInput
{
    private const int HalfOpen = 500;

    [Fact]
    public async Task WhatIsNotTls_AndFramesThatLie_DisturbNobody()
    {
        await using var server = await RunningServer.StartAsync();
        await using var meeting = await WitnessedMeeting.StartAsync(server);
        foreach (var bytes in Nonsense())
        {
            using var tcp = await HandmadeClient.ConnectTcpAsync(server);
            await tcp.GetStream().WriteAsync(bytes);
            await HandmadeClient.ReadToEndAsync(tcp.GetStream());
        }
        foreach (var bytes in Nonsense())
        {
            using var stranger = await HandmadeClient.ConnectAsync(server);
            await stranger.WriteAsync(bytes);
            await stranger.ReadToEndAsync();
            using var guest = await HandmadeClient.GreetAsync(server);
            await guest.WriteAsync(bytes);
            await guest.ReadToEndAsync();
        }
        Assert.True(await server.MetricAsync("parley_channels_error_total") >= 2 * Nonsense().Count);
        await meeting.ExpectUndisturbedAsync();
    }

    [Fact]
    public async Task FiveHundredHalfOpenConnections_DisturbNobody_AndLeaveRoomForNewcomers()
    {
        await using var server = await RunningServer.StartAsync();
        await using var meeting = await WitnessedMeeting.StartAsync(server);
        var crowd = new List<TcpClient>();
        for (var i = 0; i < HalfOpen; i++) crowd.Add(await HandmadeClient.ConnectTcpAsync(server));
        using (var newcomer = await HandmadeClient.GreetAsync(server))
        {
            await newcomer.SendAsync(new ControlPing(1));
            Assert.Equal(1, (await newcomer.ReadAsync<ControlPong>()).Time);
        }
        foreach (var tcp in crowd) await HandmadeClient.ReadToEndAsync(tcp.GetStream());
        foreach (var tcp in crowd) tcp.Dispose();
        Assert.True(await server.MetricAsync("parley_channels_evicted_total") >= HalfOpen - ChannelLimits.Default.MaxStrangersFromLoopback);
        await meeting.ExpectUndisturbedAsync();
    }

    [Fact]
    public async Task MessagesOfTheWrongShape_EndTheirConnection_AndUnknownOnesDoNot()
    {
        await using var server = await RunningServer.StartAsync();
        await using var meeting = await WitnessedMeeting.StartAsync(server);
        foreach (var json in WrongShapes())
        {
            using var guest = await HandmadeClient.GreetAsync(server);
            await guest.SendAsync(json);
            Assert.Equal(EndReason.ProtocolError, (await guest.ReadAsync<Refused>()).Reason);
            await guest.ReadToEndAsync();
        }
        Assert.Equal(WrongShapes().Count, await server.DropsAsync(DropReason.Malformed));

        var unknownBefore = await server.DropsAsync(DropReason.UnknownKind);
        using var later = await HandmadeClient.GreetAsync(server);
        await later.SendAsync("""{"type":"fromALaterVersion","with":{"things":[1,2,3]}}""");
        await later.WriteAsync(HandmadeClient.Frame(HandmadeClient.Binary, new byte[1000]));
        await later.SendAsync("""{"type":"ping","time":7,"andMore":{"x":null}}""");
        Assert.Equal(7, (await later.ReadAsync<ControlPong>()).Time);
        Assert.Equal(unknownBefore + 2, await server.DropsAsync(DropReason.UnknownKind));
        await meeting.ExpectUndisturbedAsync();
    }

    [Fact]
    public async Task AFloodOfMessages_IsDroppedAndCounted_AndDisturbsNobody()
    {
        await using var server = await RunningServer.StartAsync();
        await using var meeting = await WitnessedMeeting.StartAsync(server);
        using var guest = await HandmadeClient.GreetAsync(server);
        var flood = Enumerable.Range(0, 5000).SelectMany(i => HandmadeClient.Frame(HandmadeClient.Json, ControlProtocol.Write(new ControlPing(i)))).ToArray();
        await guest.WriteAsync(flood);
        await Deadline.UntilAsync(async () => await server.DropsAsync(DropReason.RateLimited) > 4000, "most of the flood is dropped");
        Assert.Equal(0, (await guest.ReadAsync<ControlPong>()).Time);
        await meeting.ExpectUndisturbedAsync();
    }

    [Fact]
    public async Task ReplayedForgedAndForeignDatagrams_AreDroppedWithTheirReason()
    {
        await using var server = await RunningServer.StartAsync();
        await using var meeting = await WitnessedMeeting.StartAsync(server);
        var wire = new RecordingFilter();
        await using var dora = new BotInProcess(BotInProcess.Plan(server, meeting.Code, "Dora", 1997, 443, 997), wire);
        await Deadline.UntilAsync(() => Task.FromResult(wire.Sent.Count >= 500), "Dora sends");
        var before = await dora.ReportAsync();
        var began = Stopwatch.StartNew();
        using var thief = new UdpClient(server.Udp.Address.ToString(), server.Udp.Port);

        await ExpectDropsAsync(server, thief, [.. wire.Sent.Take(500)], DropReason.Replayed);
        await ExpectDropsAsync(server, thief, [.. wire.Sent.Take(500).Select(d => Ahead(d))], DropReason.NotAuthentic);
        await ExpectDropsAsync(server, thief, [.. wire.Sent.Take(500).Select((d, i) => Flipped(Ahead(d), i))], DropReason.NotAuthentic);
        await ExpectDropsAsync(server, thief, [.. wire.Sent.Take(500).Select(WithStrangeSsrc)], DropReason.UnknownSsrc);
        await ExpectDropsAsync(server, thief, [.. Enumerable.Range(1, 11).Select(i => wire.Sent.First()[..i])], DropReason.Truncated);
        await ExpectDropsAsync(server, thief, [.. Enumerable.Range(0, 128).Select(i => Enumerable.Repeat((byte)i, 100).ToArray())], DropReason.UnknownKind);
        await ExpectDropsAsync(server, thief, await ForeignAsync(server, meeting.Code), DropReason.NotAuthentic);

        await Task.Delay(TimeSpan.FromSeconds(1));
        // Dora's address was not stolen with her packets: she still hears and sees both.
        var after = await dora.ReportAsync();
        foreach (var (name, hz) in WitnessedMeeting.People[..2]) WitnessedMeeting.Expect(before, after, name, hz, began.Elapsed.TotalSeconds);
        await meeting.ExpectUndisturbedAsync();
    }

    [Fact]
    public async Task SomeoneAtTheDoor_IsRefusedEveryVerb()
    {
        await using var server = await RunningServer.StartAsync();
        await using var host = RunningBot.Start(server, 60, "--create", "--name", "Host", "--audio", "tone:443", "--chat", "a secret");
        using var guest = await HandmadeClient.GreetAsync(server);
        await guest.SendAsync(new RequestJoin(await host.CodeAsync(), "Guest"));
        await guest.ReadAsync<Waiting>();
        foreach (var verb in EveryVerb())
        {
            await guest.SendAsync(verb);
            if (verb is ControlPing)
            {
                await guest.ReadAsync<ControlPong>();
                continue;
            }
            var rejected = await guest.ReadAsync<Rejected>();
            Assert.Equal((ControlProtocol.TypeOf(verb), RejectReason.NotNow), (rejected.Verb, rejected.Reason));
        }
        await guest.SendAsync(new CancelRequest());
        Assert.Equal(EndReason.Cancelled, (await guest.ReadAsync<Refused>()).Reason);
        host.Process.Signal("TERM");
        var report = await host.ReportAsync();
        Assert.True(report.GetProperty("joined").GetBoolean());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("reason").ValueKind);
        Assert.Empty(report.GetProperty("participants").EnumerateArray());
        Assert.Equal("a secret", Assert.Single(report.GetProperty("chat").EnumerateArray()).GetProperty("text").GetString());
        Assert.Equal(0, await server.MetricAsync("parley_endpoint_errors_total"));
    }

    private static List<byte[]> Nonsense()
    {
        var noise = new byte[4096];
        new Random(7).NextBytes(noise);
        // The first byte of a length that no version will allow.
        noise[0] = 0xA5;
        return
        [
            noise,
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: parley\r\n\r\n"),
            HandmadeClient.Frame(HandmadeClient.Json, "{}"u8, length: uint.MaxValue),
            HandmadeClient.Frame(HandmadeClient.Binary, [], length: 0x8000_0000),
            HandmadeClient.Frame(HandmadeClient.Json, [], length: 0),
            HandmadeClient.Frame(99, "{}"u8),
        ];
    }

    private static List<string> WrongShapes() =>
    [
        "",
        "nonsense",
        "[]",
        "7",
        "null",
        "{}",
        """{"type":7}""",
        """{"type":"join"}""",
        """{"type":"join","code":482913,"name":"Eve"}""",
        """{"type":"join","code":null,"name":"Eve"}""",
        """{"type":"join","code":{"a":1},"name":["Eve"]}""",
        """{"type":"create","name":"Eve","title":"x","audio":"loud"}""",
        """{"type":"create","name":"Eve","title":"x","audio":0}""",
        """{"type":"ping","time":1e400}""",
        """{"type":"ping","time":"now"}""",
        """{"type":"ping","type":"ping","time":1}""",
        """{"type":"chat","id":"1","text":"\ud800"}""",
        """{"type":"subscribe","tracks":[-1]}""",
        """{"type":"subscribe","tracks":"all"}""",
        """{"type":"hello","version":"1"}""",
        """{"type":"ping","time":1""",
        $$"""{"type":"ping","time":{{new string('[', 5000)}}""",
        $$"""{"type":"x","deep":{{new string('[', 64)}}{{new string(']', 64)}}}""",
        string.Concat(Enumerable.Repeat("""{"type":""", 1000)),
    ];

    private static List<ClientMessage> EveryVerb()
    {
        const string Someone = "019a9f3d-1c80-7b42-9a1d-5c7e2f304152";
        List<ClientMessage> verbs =
        [
            new Hello(ControlProtocol.Version, "again", "x"), new Reveal("x"), new CreateMeeting("Eve", ""), new RequestJoin("000000", "Eve"),
            new AdmitRequest(Someone), new AdmitAllRequests(), new DenyRequest(Someone), new RemoveSeat(Someone), new HandOver(Someone),
            new SetMedia(DeviceState.On, DeviceState.On), new PostChat("1", "let me speak"), new Subscribe([new TrackWish(1, 360)]),
            new SetCapabilities([], []), new RequestChatHistory(long.MaxValue), new React(Reaction.Star), new SetHand(IsRaised: true), new LowerHand(Someone),
            new LeaveMeeting(), new EndForAll(), new ControlPing(1),
        ];
        // A verb that is added later must be added here.
        var known = typeof(ClientMessage).GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Select(a => a.DerivedType);
        Assert.Equal(known.Where(t => t != typeof(CancelRequest)).Select(t => t.Name).Order(), verbs.Select(v => v.GetType().Name).Order());
        return verbs;
    }

    /// <summary>The same packet under a number that was not used yet, so that only authentication can tell.</summary>
    private static byte[] Ahead(byte[] datagram)
    {
        var ahead = (byte[])datagram.Clone();
        if (FirstByte.Classify(datagram) == DatagramKind.Rtcp) ahead[^3] ^= 0x40;
        else BinaryPrimitives.WriteUInt16BigEndian(ahead.AsSpan(2), unchecked((ushort)(BinaryPrimitives.ReadUInt16BigEndian(ahead.AsSpan(2)) + 0x1000)));
        return ahead;
    }

    /// <summary>One bit of the part that is encrypted.</summary>
    private static byte[] Flipped(byte[] datagram, int number)
    {
        var bit = (12 * 8) + (number * 37 % ((datagram.Length - 16) * 8));
        datagram[bit / 8] ^= (byte)(1 << (bit % 8));
        return datagram;
    }

    private static byte[] WithStrangeSsrc(byte[] datagram)
    {
        var strange = (byte[])datagram.Clone();
        var at = FirstByte.Classify(datagram) == DatagramKind.Rtcp ? 4 : 8;
        BinaryPrimitives.WriteUInt32BigEndian(strange.AsSpan(at), BinaryPrimitives.ReadUInt32BigEndian(strange.AsSpan(at)) ^ 0xDEAD_BEEF);
        return strange;
    }

    /// <summary>What a real participant can make: well sealed under the own key, in the name of the others' streams.</summary>
    private static async Task<List<byte[]>> ForeignAsync(RunningServer server, string code)
    {
        using var eve = await HandmadeClient.GreetAsync(server);
        await eve.SendAsync(new RequestJoin(code, "Eve"));
        await eve.ReadAsync<Waiting>();
        var joined = await eve.ReadAsync<Joined>();
        Assert.True(MasterKey.TryParse(System.Buffers.Text.Base64Url.DecodeFromChars(joined.Media.SendKey), out var sendKey));
        Assert.True(MasterKey.TryParse(System.Buffers.Text.Base64Url.DecodeFromChars(joined.Media.ReceiveKey), out var receiveKey));
        using var peer = new Peer(new PeerOptions
        {
            LocalSsrc = new Ssrc(joined.Media.RtcpSsrc),
            RemoteSsrc = new Ssrc(joined.Media.ServerRtcpSsrc),
            SendKey = sendKey,
            ReceiveKey = receiveKey,
            InitialAddress = TransportAddress.From(server.Udp.Address, server.Udp.Port),
        });
        var queue = new DatagramQueue();
        var forged = new List<byte[]>();
        var noise = new byte[960];
        new Random(8).NextBytes(noise);
        var header = new byte[Limits.RtpHeader];
        foreach (var other in joined.Meeting.Participants.Where(p => p.Id != joined.Me))
        {
            foreach (var (ssrc, type) in new[] { (other.AudioSsrc, PayloadType.L16At48Khz), (other.VideoSsrc, PayloadType.Jpeg) })
            {
                peer.RegisterSent(new Ssrc(ssrc), 48_000);
                for (var i = 0; i < 50; i++)
                {
                    // Numbers all over the circle: some of them are the ones that come next.
                    RtpHeader.Write(header, type, marker: true, new SequenceNumber((ushort)(i * 1311)), new RtpTimestamp((uint)i), new Ssrc(ssrc), []);
                    Assert.Equal(DropReason.None, peer.SendTo(MonotonicClock.Shared.Now, queue, header, noise));
                }
            }
        }
        foreach (var run in queue.Runs)
        {
            var bytes = queue.Bytes(run);
            for (var offset = 0; offset < bytes.Length; offset += run.SegmentSize)
                forged.Add(bytes.Slice(offset, Math.Min(run.SegmentSize, bytes.Length - offset)).ToArray());
        }
        return forged;
    }

    /// <summary>Sends them from an address of its own; every one must be counted as dropped, most of them for this reason.</summary>
    private static async Task ExpectDropsAsync(RunningServer server, UdpClient from, List<byte[]> datagrams, DropReason reason)
    {
        var before = await server.DropsAsync(reason);
        var allBefore = await server.MetricAsync("parley_drops_total");
        foreach (var datagram in datagrams) await from.SendAsync(datagram);
        await Deadline.UntilAsync(
            async () => await server.MetricAsync("parley_drops_total") >= allBefore + datagrams.Count, $"all {datagrams.Count} are dropped ({reason})");
        var count = await server.DropsAsync(reason) - before;
        Assert.True(count > 0.5 * datagrams.Count, $"only {count} of {datagrams.Count} were dropped as {reason}");
    }
}
