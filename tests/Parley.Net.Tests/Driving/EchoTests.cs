using System.Buffers.Binary;
using Parley.Net.Tests.Support;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;

namespace Parley.Net.Tests.Driving;

public sealed class EchoTests
{
    private const int Total = 10_000;
    private const int Window = 256;

    [Theory]
    [InlineData(DatagramSocketKind.Linux)]
    [InlineData(DatagramSocketKind.Portable)]
    public async Task Ten_thousand_datagrams_go_both_ways(DatagramSocketKind kind)
    {
        var echo = new ScriptedEndpoint();
        echo.OnDatagram = (Instant _, in TransportAddress from, Span<byte> datagram) => echo.Datagrams.Add(from, datagram);
        await using var server = Shards.Start(Shards.Options(kind), echo);
        Assert.Equal(kind, server.SocketKind);

        var caller = new EchoCaller(server.Udp());
        await using var client = Shards.Start(Shards.Options(kind), caller.Endpoint);
        await client.DoAsync(caller.SendMore);
        await caller.Done.Task.Within();

        Assert.Equal(Total, caller.Returned);
        Assert.Equal(0, caller.Wrong);
        Assert.Equal(Total, server.Stats.DatagramsReceived);
        Assert.Equal(0, server.Stats.SendFailed + server.Stats.SendBufferFull + server.Stats.EndpointErrors);
    }

    /// <summary>Keeps a window of numbered datagrams on the way and checks what comes back.</summary>
    private sealed class EchoCaller
    {
        private readonly TransportAddress _server;
        private int _sent;

        public EchoCaller(TransportAddress server)
        {
            _server = server;
            Endpoint.OnDatagram = OnDatagram;
        }

        public ScriptedEndpoint Endpoint { get; } = new();

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Returned { get; private set; }

        public int Wrong { get; private set; }

        public void SendMore()
        {
            Span<byte> datagram = stackalloc byte[200];
            while (_sent < Total && _sent - Returned < Window)
            {
                BinaryPrimitives.WriteInt32BigEndian(datagram, _sent++);
                Endpoint.Datagrams.Add(_server, datagram);
            }
        }

        private void OnDatagram(Instant now, in TransportAddress from, Span<byte> datagram)
        {
            if (from != _server || datagram.Length != 200 || BinaryPrimitives.ReadInt32BigEndian(datagram) != Returned) Wrong++;
            Returned++;
            if (Returned == Total) Done.TrySetResult();
            SendMore();
        }
    }
}
