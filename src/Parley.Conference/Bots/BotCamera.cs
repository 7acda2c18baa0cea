using Parley.Media.Synthesis;
using Parley.Protocol;
using Parley.Protocol.Time;

namespace Parley.Conference.Bots;

/// <summary>The pictures a bot shows, each stamped with its capture time when it is a test card.</summary>
public sealed class BotCamera
{
    private readonly BotPlan _plan;
    private readonly TestCard? _card;
    private readonly byte[] _buffer = [];
    private long _count;

    /// <summary>Encodes the test card of a plan.</summary>
    public BotCamera(BotPlan plan)
    {
        _plan = plan;
        if (plan.Video != BotVideoKind.TestCard) return;
        _card = new TestCard(plan.Width, plan.Height, plan.ColourIndex, plan.Quality);
        _buffer = new byte[Limits.MaxFrame];
    }

    /// <summary>Time between two pictures.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(1.0 / _plan.FramesPerSecond);

    /// <summary>The next picture; valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(Instant now)
    {
        var number = _count++;
        return _card is null
            ? _plan.Pictures[(int)(number % _plan.Pictures.Count)].Span
            : _buffer.AsSpan(0, _card.Write(number, now.Ticks, _buffer));
    }
}
