using Parley.Protocol.Addressing;

namespace Parley.Transport.Driving;

/// <summary>Datagrams of one size to one receiver, contiguous in the queue's buffer; the last may be shorter. One system call sends a run.</summary>
/// <param name="To">The receiver.</param>
/// <param name="Offset">Where the first begins in <see cref="DatagramQueue.Buffer"/>.</param>
/// <param name="Length">Bytes of the whole run.</param>
/// <param name="SegmentSize">Bytes of each datagram but perhaps the last.</param>
public readonly record struct DatagramRun(TransportAddress To, int Offset, int Length, int SegmentSize)
{
    /// <summary>How many datagrams the run has.</summary>
    public int Count => (Length + SegmentSize - 1) / SegmentSize;
}

/// <summary>
/// A bounded buffer of outgoing datagrams, written in place by a machine and drained whole by its driver.
/// Datagrams of equal size to the same receiver that are written one after another join into runs.
/// </summary>
/// <remarks>The buffer is pinned, so that a driver may hand its address to the kernel. Allocates nothing after construction. Not thread-safe.</remarks>
public sealed class DatagramQueue
{
    /// <summary>Most datagrams in one run: UDP_MAX_SEGMENTS of Linux.</summary>
    public const int MaxRunCount = 64;

    /// <summary>Most bytes in one run: the largest IPv4 UDP payload.</summary>
    public const int MaxRunBytes = 65_507;

    private readonly byte[] _buffer;
    private readonly DatagramRun[] _runs;
    private int _used;
    private int _runCount;
    private bool _lastRunIsClosed;

    /// <summary>Makes a queue for at most <paramref name="capacityBytes"/> and <paramref name="maxRuns"/> between two drains.</summary>
    public DatagramQueue(int capacityBytes = 4 * 1024 * 1024, int maxRuns = 16_384)
    {
        _buffer = GC.AllocateUninitializedArray<byte>(capacityBytes, pinned: true);
        _runs = new DatagramRun[maxRuns];
    }

    /// <summary>The memory that runs point into.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>Most bytes between two drains.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>Bytes that still fit before the next drain.</summary>
    public int FreeBytes => _buffer.Length - _used;

    /// <summary>
    /// Bytes of datagrams that the driver's socket holds for the machine while it does other work. Told by the driver; until then what the sockets ask for.
    /// </summary>
    public int SocketBufferBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The runs to send, in order.</summary>
    public ReadOnlySpan<DatagramRun> Runs => _runs.AsSpan(0, _runCount);

    /// <summary>Datagrams that found the queue full since construction.</summary>
    public long Dropped { get; private set; }

    /// <summary>Gives room for one datagram at the end of the queue. Empty, and counted as a drop, when the queue is full.</summary>
    /// <param name="size">Bytes that may be written, tag included.</param>
    public Span<byte> Reserve(int size)
    {
        if (_used + size <= _buffer.Length && _runCount < _runs.Length) return _buffer.AsSpan(_used, size);
        Dropped++;
        return default;
    }

    /// <summary>Makes the first <paramref name="size"/> bytes of the last <see cref="Reserve"/> a datagram to <paramref name="to"/>.</summary>
    public void Commit(in TransportAddress to, int size)
    {
        if (_runCount > 0 && !_lastRunIsClosed)
        {
            ref var last = ref _runs[_runCount - 1];
            if (last.To == to && size <= last.SegmentSize && last.Length + size <= MaxRunBytes && last.Count < MaxRunCount)
            {
                last = last with { Length = last.Length + size };
                _lastRunIsClosed = size < last.SegmentSize;
                _used += size;
                return;
            }
        }
        _runs[_runCount++] = new DatagramRun(to, _used, size, size);
        _lastRunIsClosed = false;
        _used += size;
    }

    /// <summary>Copies a whole datagram in. False, and counted, when the queue is full.</summary>
    public bool Add(in TransportAddress to, ReadOnlySpan<byte> datagram)
    {
        var room = Reserve(datagram.Length);
        if (room.Length < datagram.Length) return false;
        datagram.CopyTo(room);
        Commit(to, datagram.Length);
        return true;
    }

    /// <summary>The bytes of a run.</summary>
    public ReadOnlySpan<byte> Bytes(in DatagramRun run) => _buffer.AsSpan(run.Offset, run.Length);

    /// <summary>Forgets everything; called by the driver after it has sent the runs.</summary>
    public void Clear()
    {
        _used = 0;
        _runCount = 0;
        _lastRunIsClosed = false;
    }
}
