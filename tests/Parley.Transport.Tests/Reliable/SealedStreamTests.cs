using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Tests;
using Parley.Transport.Protection;
using Parley.Transport.Reliable;

namespace Parley.Transport.Tests.Reliable;

/// <summary>Packets that another implementation has sealed under the key of the worked example.</summary>
public sealed class SealedStreamTests
{
    [Theory]
    [InlineData("data", DropReason.TooLarge)] // beyond the limit of a stream that has just begun
    [InlineData("ack", DropReason.Malformed)] // of what was never sent
    [InlineData("reset", DropReason.None)]
    public void Golden_sealed_bytes_open_once_and_their_content_is_judged(string name, DropReason reason)
    {
        var key = new MasterKey(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"), Convert.FromHexString("101112131415161718191a1b"));
        using var stream = new SealedStream(PeerOptions.Default with { RemoteSsrc = new Ssrc(0x01020304), ReceiveKey = key });
        var plain = Vectors.Read($"stream/{name}-plain");
        var bytes = Vectors.Read($"stream/{name}-sealed");
        Assert.Equal(reason, stream.Receive(new Instant(0), bytes, out var position, out var isAuthentic));
        Assert.True(isAuthentic);
        Assert.True(position.IsNewest);
        Assert.Equal(plain, bytes[..plain.Length]);
        Assert.Equal(DropReason.Replayed, stream.Receive(new Instant(0), Vectors.Read($"stream/{name}-sealed"), out _, out _));
        Assert.Equal(name == "reset", stream.Stream.IsReset);
    }
}
