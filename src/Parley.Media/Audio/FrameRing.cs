using Parley.Protocol.Time;

namespace Parley.Media.Audio;

/// <summary>Waiting frames of a stream, found by their sequence number.</summary>
/// <remarks>Numbers are extended over wrap-around. A slot remembers its last number after the frame was taken, which tells a duplicate from a late frame.</remarks>
internal sealed class FrameRing(int capacity)
{
    private readonly short[] _samples = new short[capacity * AudioFormat.FrameSamples];
    private readonly Entry[] _entries = new Entry[capacity];
    private readonly int _mask = capacity - 1;

    /// <summary>Most frames held.</summary>
    public int Capacity => capacity;

    /// <summary>Frames waiting.</summary>
    public int Count { get; private set; }

    public bool Contains(long sequence) => At(sequence) is { IsWaiting: true } entry && entry.Sequence == sequence;

    /// <summary>Whether this number is remembered, waiting or taken.</summary>
    public bool WasSeen(long sequence) => At(sequence) is { IsKnown: true } entry && entry.Sequence == sequence;

    public long TimestampOf(long sequence) => At(sequence).Timestamp;

    public Instant ArrivalOf(long sequence) => At(sequence).Arrival;

    /// <summary>The caller has made sure that the slot is free.</summary>
    public void Put(Instant now, long sequence, long timestamp, ReadOnlySpan<short> samples)
    {
        At(sequence) = new Entry { Sequence = sequence, Timestamp = timestamp, Arrival = now, IsKnown = true, IsWaiting = true };
        samples.CopyTo(SamplesOf(sequence));
        Count++;
    }

    /// <summary>The samples of a waiting frame. They are gone when its slot is used again.</summary>
    public ReadOnlySpan<short> Take(long sequence)
    {
        At(sequence).IsWaiting = false;
        Count--;
        return SamplesOf(sequence);
    }

    public void Clear()
    {
        _entries.AsSpan().Clear();
        Count = 0;
    }

    private ref Entry At(long sequence) => ref _entries[(int)(sequence & _mask)];

    private Span<short> SamplesOf(long sequence) =>
        _samples.AsSpan((int)(sequence & _mask) * AudioFormat.FrameSamples, AudioFormat.FrameSamples);

    private struct Entry
    {
        public long Sequence;
        public long Timestamp;
        public Instant Arrival;
        public bool IsKnown;
        public bool IsWaiting;
    }
}
