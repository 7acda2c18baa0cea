using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Parley.Net.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Transport.Driving;

namespace Parley.Net.Tests.Sockets;

public sealed class DatagramSocketTests
{
    public static TheoryData<DatagramSocketKind> Kinds => [DatagramSocketKind.Linux, DatagramSocketKind.Portable];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_wake_up_ends_a_wait_and_is_no_datagram(DatagramSocketKind kind)
    {
        using var socket = Bind(kind);
        var wait = Task.Run(() => socket.Wait(TimeSpan.FromHours(2)));
        socket.Wake();
        await wait.Within();
        // The portable wake-up may be readable; it must not be handed on.
        Assert.Equal(0, socket.ReceiveBatch());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_wake_up_before_the_wait_is_not_lost_and_many_join(DatagramSocketKind kind)
    {
        using var socket = Bind(kind);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 1000; i++) socket.Wake();
            await Task.Run(() => socket.Wait(TimeSpan.FromHours(2))).Within();
            Assert.Equal(0, socket.ReceiveBatch());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_wake_up_that_is_received_beside_a_datagram_does_not_swallow_the_next(DatagramSocketKind kind)
    {
        using var socket = Bind(kind);
        var queue = new DatagramQueue();
        queue.Add(socket.LocalAddress, [1]);
        socket.Send(queue);
        Assert.True(socket.Wait(Deadline.Long));
        socket.Wake();
        Assert.Equal(1, socket.ReceiveBatch());
        socket.Wake();
        await Task.Run(() => socket.Wait(TimeSpan.FromHours(2))).Within();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_failing_datagram_is_counted_and_stepped_over(DatagramSocketKind kind)
    {
        using var sender = Bind(kind);
        using var receiver = Bind(kind);
        var queue = new DatagramQueue();
        // Broadcast needs a permission that the socket does not have; an IPv6 address cannot be reached from an IPv4 socket.
        var forbidden = TransportAddress.FromIPv4(uint.MaxValue, 9);
        var otherFamily = TransportAddress.From(IPAddress.IPv6Loopback, 9);
        foreach (var to in new[] { forbidden, receiver.LocalAddress, forbidden, otherFamily, receiver.LocalAddress, forbidden, forbidden })
            queue.Add(to, [1, 2, 3]);
        queue.Add(receiver.LocalAddress, [4]);

        sender.Send(queue);

        Assert.Equal(3, sender.Counters.Sent);
        Assert.Equal(5, sender.Counters.SendFailed);
        Assert.Equal([3, 3, 1], ReceiveAll(receiver, 3).Select(d => d.Length));
    }

    [Theory]
    [InlineData(DatagramSocketKind.Linux, 1)]
    [InlineData(DatagramSocketKind.Linux, 40)]
    [InlineData(DatagramSocketKind.Portable, 1)]
    [InlineData(DatagramSocketKind.Portable, 40)]
    public void Queues_longer_than_a_system_call_takes_arrive_whole(DatagramSocketKind kind, int runLength)
    {
        const int Count = 2560;
        using var sender = Bind(kind);
        var receivers = Enumerable.Range(0, 8).Select(_ => Bind(kind)).ToArray();
        var queue = new DatagramQueue();
        var expected = receivers.Select(_ => new List<int>()).ToArray();
        Span<byte> datagram = stackalloc byte[8];
        for (var i = 0; i < Count; i++)
        {
            var receiver = i / runLength % receivers.Length;
            BinaryPrimitives.WriteInt32BigEndian(datagram, i);
            Assert.True(queue.Add(receivers[receiver].LocalAddress, datagram));
            expected[receiver].Add(i);
        }

        sender.Send(queue);

        Assert.Equal(Count, sender.Counters.Sent);
        // A run that the system takes is one entry of a call, which has room for 1024.
        var entries = sender.SendsRuns ? Count / runLength : Count;
        Assert.Equal(kind == DatagramSocketKind.Linux ? (entries + 1023) / 1024 : Count, sender.Counters.SendCalls);
        for (var i = 0; i < receivers.Length; i++)
        {
            var got = ReceiveAll(receivers[i], expected[i].Count).Select(d => BinaryPrimitives.ReadInt32BigEndian(d));
            Assert.Equal(expected[i], got);
            receivers[i].Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_datagram_over_the_limit_is_refused_whole_and_the_next_is_read(DatagramSocketKind kind)
    {
        using var socket = Bind(kind);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var to = new IPEndPoint(IPAddress.Loopback, socket.LocalAddress.Port);
        sender.SendTo(new byte[Limits.MaxReceivedDatagram + 1], to);
        sender.SendTo(new byte[Limits.MaxReceivedDatagram], to);
        Assert.Equal([0, Limits.MaxReceivedDatagram], ReceiveAll(socket, 2).Select(d => d.Length));
        Assert.Equal(1, socket.Counters.Truncated);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_dual_stack_socket_speaks_both_families(DatagramSocketKind kind)
    {
        using var socket = DatagramSocketFactory.Create(IPAddress.IPv6Any, 0, OptionsFor(kind));
        Assert.Equal(Socket.OSSupportsIPv6, socket.IsDualStack);
        using var v4 = Bind(kind);
        var here = TransportAddress.From(IPAddress.Loopback, socket.LocalAddress.Port);
        var queue = new DatagramQueue();
        queue.Add(here, [4]);
        v4.Send(queue);
        Assert.Equal([4], ReceiveFrom(socket, v4.LocalAddress));

        queue.Clear();
        queue.Add(v4.LocalAddress, [44]);
        socket.Send(queue);
        Assert.Equal([44], ReceiveFrom(v4, here));

        if (!socket.IsDualStack) return;
        using var v6 = DatagramSocketFactory.Create(IPAddress.IPv6Loopback, 0, OptionsFor(kind));
        queue.Clear();
        queue.Add(TransportAddress.From(IPAddress.IPv6Loopback, socket.LocalAddress.Port), [6]);
        v6.Send(queue);
        Assert.Equal([6], ReceiveFrom(socket, v6.LocalAddress));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_taken_port_is_named(DatagramSocketKind kind)
    {
        using var first = Bind(kind);
        var taken = Assert.Throws<PortInUseException>(
            () => DatagramSocketFactory.Create(IPAddress.Loopback, first.LocalAddress.Port, OptionsFor(kind)));
        Assert.Equal(first.LocalAddress.Port, taken.Port);
        Assert.Contains($"UDP port {taken.Port}", taken.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_foreign_address_is_refused_in_a_sentence(DatagramSocketKind kind)
    {
        var refused = Assert.Throws<IOException>(() => DatagramSocketFactory.Create(IPAddress.Parse("192.0.2.1"), 0, OptionsFor(kind)));
        Assert.Contains("192.0.2.1", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sockets_never_fragment_and_ask_for_room(DatagramSocketKind kind)
    {
        using var socket = DatagramSocketFactory.Create(IPAddress.IPv6Any, 0, OptionsFor(kind));
        Assert.True(socket.NeverFragments);
        Assert.InRange(socket.ReceiveBufferBytes, 64 * 1024, int.MaxValue);
        Assert.InRange(socket.SendBufferBytes, 64 * 1024, int.MaxValue);
    }

    [Fact]
    public void The_fast_socket_is_chosen_where_it_works_and_can_be_switched_off()
    {
        Assert.Equal(LinuxDatagramSocket.IsSupported ? DatagramSocketKind.Linux : DatagramSocketKind.Portable, KindMade());
        Environment.SetEnvironmentVariable(DatagramSocketFactory.PortableVariable, "1");
        try
        {
            Assert.Equal(DatagramSocketKind.Portable, KindMade());
        }
        finally
        {
            Environment.SetEnvironmentVariable(DatagramSocketFactory.PortableVariable, null);
        }

        static DatagramSocketKind KindMade()
        {
            using var socket = DatagramSocketFactory.Create(IPAddress.Loopback, 0);
            return socket.Kind;
        }
    }

    private static IDatagramSocket Bind(DatagramSocketKind kind) => DatagramSocketFactory.Create(IPAddress.Loopback, 0, OptionsFor(kind));

    private static DatagramSocketOptions OptionsFor(DatagramSocketKind kind) => new() { ForcePortable = kind == DatagramSocketKind.Portable };

    private static List<byte[]> ReceiveAll(IDatagramSocket socket, int count)
    {
        var all = new List<byte[]>();
        while (all.Count < count)
        {
            if (!socket.Wait(Deadline.Long)) throw new TimeoutException($"Only {all.Count} of {count} datagrams came.");
            var batch = socket.ReceiveBatch();
            for (var i = 0; i < batch; i++) all.Add(socket.Received(i, out _).ToArray());
        }
        return all;
    }

    private static byte[] ReceiveFrom(IDatagramSocket socket, TransportAddress expected)
    {
        Assert.True(socket.Wait(Deadline.Long));
        Assert.Equal(1, socket.ReceiveBatch());
        var datagram = socket.Received(0, out var from).ToArray();
        Assert.Equal(expected, from);
        return datagram;
    }
}
