using System.Buffers.Binary;
using System.Net;
using Parley.Net.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Transport.Driving;

namespace Parley.Net.Tests.Sockets;

/// <summary>Runs handed to the kernel whole (UDP_SEGMENT) arrive as the datagrams they are made of, as they do one by one.</summary>
public sealed class RunTests
{
    /// <summary>SO_NO_CHECK: without checksums the kernel refuses runs by EINVAL and takes single datagrams.</summary>
    private const int NoChecksum = 11;

    public static TheoryData<bool> Splits => [true, false];

    [Fact]
    public void The_kernel_is_asked_once_and_can_be_told_not_to_be()
    {
        if (!LinuxDatagramSocket.IsSupported) return;
        using var usual = Bind();
        Assert.Equal(LinuxSender.CanSendRuns(), usual.SendsRuns);
        using var split = Bind(split: true);
        Assert.False(split.SendsRuns);
        Environment.SetEnvironmentVariable(DatagramSocketFactory.SegmentationVariable, "0");
        try
        {
            using var switchedOff = Bind();
            Assert.False(switchedOff.SendsRuns);
        }
        finally
        {
            Environment.SetEnvironmentVariable(DatagramSocketFactory.SegmentationVariable, null);
        }
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void Runs_arrive_in_order_with_their_last_datagram_shorter(bool split)
    {
        using var sender = Bind(split);
        using var receiver = Bind();
        var queue = new DatagramQueue();
        // Full, with a shorter end, alone, and at the limits of a run: 64 datagrams, 65507 bytes.
        var sizes = new List<int>();
        sizes.AddRange(Enumerable.Repeat(1200, 16));
        sizes.AddRange([1200, 1200, 700]);
        sizes.AddRange([5, 1, 900, 900]);
        sizes.AddRange(Enumerable.Repeat(100, 70));
        sizes.AddRange(Enumerable.Repeat(2000, 40));
        for (var i = 0; i < sizes.Count; i++) Assert.True(queue.Add(receiver.LocalAddress, Datagram(i, sizes[i])));

        sender.Send(queue);

        AssertArrive(receiver, Enumerable.Range(0, sizes.Count).Select(i => Datagram(i, sizes[i])));
        Assert.Equal(sizes.Count, sender.Counters.Sent);
        Assert.Equal(sizes.Sum(), sender.Counters.SentBytes);
        Assert.Equal(0, sender.Counters.SendFailed + sender.Counters.RunsRefused);
        if (LinuxDatagramSocket.IsSupported) Assert.Equal(1, sender.Counters.SendCalls);
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void Each_receiver_gets_its_own_runs(bool split)
    {
        using var sender = Bind(split);
        var receivers = Enumerable.Range(0, 5).Select(_ => Bind()).ToArray();
        var random = new SeededRandom(29);
        var queue = new DatagramQueue();
        var expected = receivers.Select(_ => new List<byte[]>()).ToArray();
        for (var i = 0; i < 3000; i++)
        {
            var to = (int)(random.NextUInt32() % 3 == 0 ? random.NextUInt32() % receivers.Length : i / 20 % receivers.Length);
            var datagram = Datagram(i, random.NextUInt32() % 4 == 0 ? 60 : 100);
            Assert.True(queue.Add(receivers[to].LocalAddress, datagram));
            expected[to].Add(datagram);
        }

        sender.Send(queue);

        for (var i = 0; i < receivers.Length; i++)
        {
            AssertArrive(receivers[i], expected[i]);
            receivers[i].Dispose();
        }
        Assert.Equal(3000, sender.Counters.Sent);
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void A_run_that_fails_is_counted_whole_and_the_others_are_sent(bool split)
    {
        using var sender = Bind(split);
        using var receiver = Bind();
        var forbidden = TransportAddress.FromIPv4(uint.MaxValue, 9);
        var queue = new DatagramQueue();
        foreach (var to in new[] { forbidden, receiver.LocalAddress, forbidden, receiver.LocalAddress })
        {
            for (var i = 0; i < 10; i++) queue.Add(to, Datagram(i, 500));
        }

        sender.Send(queue);

        Assert.Equal(20, sender.Counters.Sent);
        Assert.Equal(20, sender.Counters.SendFailed);
        AssertArrive(receiver, Enumerable.Range(0, 20).Select(i => Datagram(i % 10, 500)));
    }

    [Fact]
    public void A_run_that_the_system_refuses_is_sent_datagram_by_datagram_and_in_the_end_not_tried()
    {
        if (!LinuxDatagramSocket.IsSupported || !LinuxSender.CanSendRuns()) return;
        using var sender = (LinuxDatagramSocket)Bind();
        using var receiver = Bind();
        Assert.True(sender.TrySet(LinuxNative.LevelSocket, NoChecksum, 1));

        for (var round = 0; round < LinuxSender.MaxRefusedInARow + 2; round++)
        {
            Assert.Equal(round < LinuxSender.MaxRefusedInARow, sender.SendsRuns);
            var queue = new DatagramQueue(64 * 1024, 64);
            for (var i = 0; i < 8; i++) queue.Add(receiver.LocalAddress, Datagram((round * 10) + i, i == 7 ? 300 : 400));
            queue.Add(receiver.LocalAddress, Datagram((round * 10) + 8, 20));
            sender.Send(queue);
            AssertArrive(receiver, Enumerable.Range(0, 9).Select(i => Datagram((round * 10) + i, i == 8 ? 20 : i == 7 ? 300 : 400)));
        }
        Assert.Equal(LinuxSender.MaxRefusedInARow, sender.Counters.RunsRefused);
        Assert.Equal(0, sender.Counters.SendFailed);
        Assert.Equal(9 * (LinuxSender.MaxRefusedInARow + 2), sender.Counters.Sent);
    }

    [Fact]
    public void Sending_runs_allocates_nothing()
    {
        using var sender = Bind();
        using var receiver = Bind();
        var queue = new DatagramQueue();
        for (var i = 0; i < 16; i++) queue.Add(receiver.LocalAddress, Datagram(i, 1200));
        sender.Send(queue);
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            for (var i = 0; i < 100; i++) sender.Send(queue);
        }));
    }

    private static IDatagramSocket Bind(bool split = false) =>
        DatagramSocketFactory.Create(IPAddress.Loopback, 0, new DatagramSocketOptions { SplitRuns = split });

    private static byte[] Datagram(int number, int size)
    {
        var bytes = new byte[Math.Max(size, 1)];
        bytes.AsSpan().Fill((byte)number);
        if (size >= 4) BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static void AssertArrive(IDatagramSocket receiver, IEnumerable<byte[]> expected)
    {
        var count = 0;
        var next = 0;
        foreach (var datagram in expected)
        {
            if (next == count)
            {
                Assert.True(receiver.Wait(Deadline.Long));
                count = receiver.ReceiveBatch();
                next = 0;
            }
            Assert.Equal(datagram, receiver.Received(next++, out _).ToArray());
        }
        Assert.Equal(count, next);
        Assert.Equal(0, receiver.ReceiveBatch());
    }
}
