using Parley.Net.Tests.Support;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;

namespace Parley.Net.Tests.Driving;

/// <summary>The budget of performance.md: at most 0.1 byte for each forwarded datagram, measured on the shard's own thread.</summary>
public sealed class AllocationTests
{
    private const int WarmUp = 4_000;
    private const int Measured = 16_000;
    private const int Window = 128;

    [Theory]
    [InlineData(DatagramSocketKind.Linux)]
    [InlineData(DatagramSocketKind.Portable)]
    public async Task Forwarding_a_datagram_allocates_nothing(DatagramSocketKind kind)
    {
        var forwarder = new Forwarder();
        await using var server = Shards.Start(Shards.Options(kind), forwarder.Endpoint);
        var bouncer = new ScriptedEndpoint();
        bouncer.OnDatagram = (Instant _, in TransportAddress from, Span<byte> datagram) => bouncer.Datagrams.Add(from, datagram);
        await using var client = Shards.Start(Shards.Options(kind), bouncer);
        var to = server.Udp();
        await client.DoAsync(() =>
        {
            for (var i = 0; i < Window; i++) bouncer.Datagrams.Add(to, new byte[1000]);
        });
        var allocated = await forwarder.Result.Task.Within();
        Assert.InRange(allocated / (double)Measured, 0, 0.1);
    }

    private sealed class Forwarder
    {
        private long _count;
        private long _before;

        public Forwarder() => Endpoint.OnDatagram = OnDatagram;

        public ScriptedEndpoint Endpoint { get; } = new();

        public TaskCompletionSource<long> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private void OnDatagram(Instant now, in TransportAddress from, Span<byte> datagram)
        {
            _count++;
            if (_count == WarmUp) _before = GC.GetAllocatedBytesForCurrentThread();
            if (_count == WarmUp + Measured) Result.TrySetResult(GC.GetAllocatedBytesForCurrentThread() - _before);
            Endpoint.Datagrams.Add(from, datagram);
        }
    }
}
