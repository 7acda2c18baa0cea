using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>
/// Decides after how many received datagrams the endpoint is flushed. A batch is best for few receivers; where one datagram goes to two
/// hundred people, a batch of 64 would overflow the queue, which is dropped packets.
/// </summary>
/// <remarks>It learns from what each input caused, remembers the most and forgets it slowly: bursts follow silence.</remarks>
internal sealed class FlushPace
{
    /// <summary>Bytes that one flush should make at most: a quarter of the queue, for inputs that cause more than the average.</summary>
    private const int TargetBytes = 1024 * 1024;

    private const int MaxInputs = IDatagramSocket.MaxBatch;

    private int _inputs;
    private int _flushAfter = 1;
    private int _bytesPerInput;

    /// <summary>Counts a handled datagram. True when it is time to flush.</summary>
    public bool OnInput() => ++_inputs >= _flushAfter;

    /// <summary>Learns from what a flush made.</summary>
    public void OnFlush(DatagramQueue queue)
    {
        if (_inputs == 0) return;
        var runs = queue.Runs;
        var bytes = runs.IsEmpty ? 0 : runs[^1].Offset + runs[^1].Length;
        _bytesPerInput = Math.Max(bytes / _inputs, _bytesPerInput - (_bytesPerInput / 64));
        _flushAfter = Math.Clamp(TargetBytes / Math.Max(1, _bytesPerInput), 1, MaxInputs);
        _inputs = 0;
    }
}
