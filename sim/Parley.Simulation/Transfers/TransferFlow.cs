using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;

namespace Parley.Simulation.Transfers;

/// <summary>Two peers at the ends of a <see cref="TransferLink"/>. A may send as much as passes; B reads at once and compares every byte with what was sent.</summary>
public sealed class TransferFlow : IDisposable
{
    private readonly byte[] _piece = new byte[64 * 1024];
    private readonly byte[] _read = new byte[64 * 1024];
    private long _remaining;

    internal TransferFlow(uint tag, Peer a, Peer b)
    {
        Tag = tag;
        A = a;
        B = b;
    }

    /// <summary>The one that sends files.</summary>
    public Peer A { get; }

    /// <summary>The one that receives them.</summary>
    public Peer B { get; }

    /// <summary>Bytes of the stream that B has read.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Whether every byte was the one that was sent in its place.</summary>
    public bool IsIntact { get; private set; } = true;

    /// <summary>Sees what B receives of media: the time, the RTP header, and the plain packet.</summary>
    public Action<Instant, RtpHeader>? OnMedia { get; set; }

    /// <summary>Whether B reads what comes.</summary>
    public bool IsReading { get; set; } = true;

    internal long Tag { get; }

    /// <summary>Has A send bytes; without a number, more than any test lasts.</summary>
    public void Send(long bytes = long.MaxValue / 2) => _remaining += bytes;

    /// <inheritdoc />
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    internal void Fill(Instant now)
    {
        while (_remaining > 0 && A.Files.FreeSpace > 0)
        {
            var piece = _piece.AsSpan(0, (int)Math.Min(Math.Min(_remaining, _piece.Length), A.Files.FreeSpace));
            var offset = A.Files.WrittenBytes;
            for (var i = 0; i < piece.Length; i++) piece[i] = ByteAt(offset + i);
            if (!A.Files.TryWrite(now, piece)) return;
            _remaining -= piece.Length;
        }
    }

    internal void OnReceivedByB(Instant now, DropReason reason, in ReceivedPacket packet)
    {
        if (reason == DropReason.None && packet.Kind == DatagramKind.Rtp) OnMedia?.Invoke(now, packet.Header);
        if (IsReading) Read(now);
    }

    private void Read(Instant now)
    {
        for (var count = B.Files.Read(now, _read); count > 0; count = B.Files.Read(now, _read))
        {
            for (var i = 0; i < count; i++) IsIntact &= _read[i] == ByteAt(ReceivedBytes + i);
            ReceivedBytes += count;
        }
    }

    private static byte ByteAt(long offset) => (byte)((offset * 31) ^ (offset >> 8) ^ (offset >> 17));
}
