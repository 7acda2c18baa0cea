namespace Parley.Media.Audio;

/// <summary>Gives every participant the sum of all the others: sums once, then takes away each listener's own voice.</summary>
/// <remarks>
/// Voices are added at the level they came in; nobody gets quieter because more people are present. What does not fit 16 bits is turned down per
/// listener by a <see cref="Limiter"/>. Participants who are silent all hear the same, which is <c>MixFor(-1)</c>, made and encoded once.
/// One cycle per 10 ms: <see cref="Begin"/>, <see cref="Add"/> for each who talks, <see cref="MixFor"/>. Allocates nothing after construction. Not thread-safe.
/// </remarks>
public sealed class Mixer
{
    private const int FrameSamples = AudioFormat.FrameSamples;

    private readonly int[] _sum = new int[FrameSamples];
    private readonly short[] _frames;
    private readonly Source[] _sources;
    private readonly Limiter _sharedLimiter = new();
    private long _cycle;

    /// <summary>Makes a mixer for source indices 0 to <paramref name="maxSources"/> - 1.</summary>
    public Mixer(int maxSources)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSources);
        _frames = new short[maxSources * FrameSamples];
        _sources = new Source[maxSources];
        for (var i = 0; i < maxSources; i++) _sources[i].Limiter = new Limiter();
    }

    /// <summary>How many sources were added in this cycle.</summary>
    public int Active { get; private set; }

    /// <summary>Starts the next 10 ms with silence.</summary>
    public void Begin()
    {
        _cycle++;
        Active = 0;
        _sum.AsSpan().Clear();
    }

    /// <summary>Adds what a source says in this cycle.</summary>
    /// <param name="sourceIndex">Whose frame; at most once per cycle.</param>
    /// <param name="frame480">480 samples; copied.</param>
    public void Add(int sourceIndex, ReadOnlySpan<short> frame480)
    {
        if (frame480.Length != FrameSamples) throw new ArgumentException("A frame has 480 samples.", nameof(frame480));
        ref var source = ref _sources[sourceIndex];
        if (source.AddedIn == _cycle) throw new InvalidOperationException("A source is added at most once per cycle.");
        source.AddedIn = _cycle;
        Active++;
        FrameArithmetic.Add(frame480, OwnFrame(sourceIndex), _sum);
    }

    /// <summary>Writes what a listener hears: everyone else.</summary>
    /// <param name="sourceIndexOrMinusOne">Who listens, or -1 for all who added nothing in this cycle. Each at most once per cycle.</param>
    /// <param name="destination480">Room for 480 samples.</param>
    public void MixFor(int sourceIndexOrMinusOne, Span<short> destination480)
    {
        if (sourceIndexOrMinusOne < 0)
        {
            _sharedLimiter.Process(_sum, destination480);
            return;
        }
        ref var source = ref _sources[sourceIndexOrMinusOne];
        // Who heard the shared mix until now goes on at its gain, so that beginning to talk makes no step in the others' level.
        if (source.MixedIn < _cycle - 1) source.Limiter.Gain = _sharedLimiter.Gain;
        source.MixedIn = _cycle;
        if (source.AddedIn != _cycle)
        {
            source.Limiter.Process(_sum, destination480);
            return;
        }
        source.Limiter.Process(_sum, OwnFrame(sourceIndexOrMinusOne), destination480);
    }

    private Span<short> OwnFrame(int sourceIndex) => _frames.AsSpan(sourceIndex * FrameSamples, FrameSamples);

    private struct Source
    {
        public Limiter Limiter;
        public long AddedIn;
        public long MixedIn;
    }
}
