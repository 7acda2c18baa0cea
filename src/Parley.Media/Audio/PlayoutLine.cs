namespace Parley.Media.Audio;

/// <summary>
/// The last sound that was played and the sound that is about to be: one line of samples, on which frames are joined, gaps are filled with
/// what resembles them, and the whole is made a little shorter or longer.
/// </summary>
/// <remarks>
/// Everything here is waveform similarity overlap-add: find the lag at which the sound repeats, and fade from one place to the other. Lags go from
/// 2.5 to 15 ms, voices from 400 down to 67 Hz; a higher voice repeats at a multiple. Knows no network and no clock. Not thread-safe.
/// </remarks>
internal sealed class PlayoutLine
{
    private const int FrameSamples = AudioFormat.FrameSamples;
    private const int HistorySamples = 3 * FrameSamples;
    private const int MaxPending = 4 * FrameSamples;
    private const int MinLag = 120;
    private const int MaxConcealmentLag = 720;

    /// <summary>5 ms: long enough to be no click, short enough to cost no word.</summary>
    private const int FadeSamples = 240;

    /// <summary>After silence the sound itself should begin, so only its step is taken away.</summary>
    private const int OnsetSamples = 48;

    /// <summary>Made-up sound stays for 10 ms and is gone after 60 ms.</summary>
    private const int HoldSamples = FrameSamples;
    private const int GoneSamples = 6 * FrameSamples;

    private readonly short[] _line = new short[HistorySamples + MaxPending];
    private readonly short[] _period = new short[MaxConcealmentLag];
    private readonly short[] _fill = new short[FadeSamples];
    private int _known;
    private int _periodLength;
    private int _periodAt;
    private float _step;
    private int _stepLength;
    private int _concealed;
    private bool _isConcealing;

    /// <summary>Samples about to be played.</summary>
    public int Pending { get; private set; }

    /// <summary>Whether made-up sound has faded to nothing.</summary>
    public bool IsFaded => _isConcealing && _concealed >= GoneSamples;

    /// <summary>Whether the end of the line is made up.</summary>
    public bool IsConcealing => _isConcealing;

    private int End => HistorySamples + Pending;

    /// <summary>Forgets all sound; the next frame begins after silence.</summary>
    public void Clear()
    {
        _line.AsSpan().Clear();
        Pending = 0;
        _known = 0;
        _isConcealing = false;
        _concealed = 0;
    }

    /// <summary>Moves 480 samples from what is about to be played to the past.</summary>
    public void Read(Span<short> destination)
    {
        _line.AsSpan(HistorySamples, FrameSamples).CopyTo(destination);
        _line.AsSpan(FrameSamples, End - FrameSamples).CopyTo(_line);
        Pending -= FrameSamples;
        _known = Math.Min(_known, End);
    }

    /// <summary>Joins a frame to the end, faded in over what was made up before it.</summary>
    public void Append(ReadOnlySpan<short> frame)
    {
        var end = End;
        var room = _line.AsSpan(end, FrameSamples);
        frame.CopyTo(room);
        if (_isConcealing)
        {
            MakeUp(_fill);
            Blend(_fill, room[..FadeSamples], room[..FadeSamples]);
            _isConcealing = false;
            _concealed = 0;
        }
        else if (_known == 0)
        {
            for (var i = 0; i < OnsetSamples; i++) room[i] = (short)(room[i] * (i + 1) / (OnsetSamples + 1));
        }
        Pending += FrameSamples;
        _known += FrameSamples;
    }

    /// <summary>Joins a made-up frame to the end.</summary>
    public void Conceal()
    {
        if (!_isConcealing) BeginConcealment();
        MakeUp(_line.AsSpan(End, FrameSamples));
        Pending += FrameSamples;
        _known += FrameSamples;
    }

    /// <summary>Takes out one repetition from what is about to be played, leaving at least a frame.</summary>
    /// <returns>Samples taken out; 0 when too little is pending.</returns>
    public int Shorten()
    {
        var longest = Math.Min(Pending - FrameSamples, Pending - FadeSamples);
        longest = Math.Min(longest, FrameSamples);
        if (longest < MinLag) return 0;
        var start = HistorySamples;
        var lag = FindLag(start, FadeSamples, MinLag, longest, direction: 1);
        var pending = _line.AsSpan(start, Pending);
        Blend(pending[..FadeSamples], pending.Slice(lag, FadeSamples), pending[..FadeSamples]);
        pending[(lag + FadeSamples)..].CopyTo(pending[FadeSamples..]);
        Pending -= lag;
        _known = Math.Max(0, _known - lag);
        return lag;
    }

    /// <summary>Puts in one repetition before what is about to be played.</summary>
    /// <returns>Samples put in; 0 when too little is pending or known.</returns>
    public int Lengthen()
    {
        if (Pending < FadeSamples) return 0;
        var longest = Math.Min(FrameSamples, _known - Pending);
        if (longest < MinLag || Pending + longest > MaxPending - FrameSamples) return 0;
        var start = HistorySamples;
        var lag = FindLag(start, FadeSamples, MinLag, longest, direction: -1);
        // Fade from the present into what lies one lag before it, then go on from there: the last lag samples sound twice.
        Span<short> faded = stackalloc short[FadeSamples];
        Blend(_line.AsSpan(start, FadeSamples), _line.AsSpan(start - lag, FadeSamples), faded);
        _line.AsSpan(start + FadeSamples - lag, Pending - FadeSamples + lag).CopyTo(_line.AsSpan(start + FadeSamples));
        faded.CopyTo(_line.AsSpan(start));
        Pending += lag;
        _known += lag;
        return lag;
    }

    /// <summary>Takes the last period of the line as the pattern to repeat.</summary>
    private void BeginConcealment()
    {
        _isConcealing = true;
        _concealed = 0;
        _periodAt = 0;
        _periodLength = 0;
        _stepLength = 0;
        var known = Math.Min(_known, End);
        var match = Math.Min(FrameSamples, known / 3);
        var longest = Math.Min(MaxConcealmentLag, known - match);
        if (longest <= MinLag || match < MinLag / 2)
        {
            // Nothing to repeat: only the step down to silence is smoothed.
            _step = known > 0 ? _line[End - 1] : 0;
            _stepLength = OnsetSamples;
            return;
        }

        var end = End;
        var lag = FindLag(end - match, match, MinLag, longest, direction: -1);
        _periodLength = lag;
        var period = _period.AsSpan(0, lag);
        _line.AsSpan(end - lag, lag).CopyTo(period);

        // The pattern's end is faded into what came before its beginning, so that the pattern joins itself.
        var join = lag / 4;
        Blend(period[(lag - join)..], _line.AsSpan(end - lag - join, join), period[(lag - join)..]);

        // What remains is the difference between the true last sample and the one that the pattern follows; it fades away.
        _step = _line[end - 1] - _line[end - lag - 1];
        _stepLength = OnsetSamples;
    }

    private void MakeUp(Span<short> destination)
    {
        for (var i = 0; i < destination.Length; i++, _concealed++)
        {
            var sample = 0f;
            if (_periodLength > 0)
            {
                sample = _period[_periodAt];
                if (++_periodAt == _periodLength) _periodAt = 0;
            }
            if (_concealed < _stepLength) sample += _step * (_stepLength - _concealed) / (_stepLength + 1);
            var gain = Math.Clamp((float)(GoneSamples - _concealed) / (GoneSamples - HoldSamples), 0, 1);
            destination[i] = (short)Math.Clamp(sample * gain, short.MinValue, short.MaxValue);
        }
    }

    /// <summary>Fades from one sound to the other. The destination may be either.</summary>
    private static void Blend(ReadOnlySpan<short> from, ReadOnlySpan<short> to, Span<short> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var share = (float)(i + 1) / (destination.Length + 1);
            destination[i] = (short)MathF.Round(from[i] + ((to[i] - from[i]) * share));
        }
    }

    /// <summary>Finds how far the sound at <paramref name="start"/> lies from its best likeness, first on every fourth sample, then on each.</summary>
    private int FindLag(int start, int length, int shortest, int longest, int direction)
    {
        const int Coarse = 4;
        var best = Search(start, length, shortest, longest, Coarse, direction);
        return Search(start, length, Math.Max(shortest, best - Coarse + 1), Math.Min(longest, best + Coarse - 1), 1, direction);
    }

    private int Search(int start, int length, int shortest, int longest, int step, int direction)
    {
        var best = longest;
        var bestScore = float.NegativeInfinity;
        var here = _line.AsSpan(start, length);
        for (var lag = shortest; lag <= longest; lag += step)
        {
            var there = _line.AsSpan(start + (direction * lag), length);
            var product = 0f;
            var energy = 1f;
            for (var i = 0; i < here.Length; i += step)
            {
                product += (float)here[i] * there[i];
                energy += (float)there[i] * there[i];
            }
            // The sign is kept: an inverted likeness is the worst of all.
            var score = product * MathF.Abs(product) / energy;
            if (score <= bestScore) continue;
            bestScore = score;
            best = lag;
        }
        return best;
    }
}
