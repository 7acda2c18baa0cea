using Parley.Conference.Client;
using Parley.Media.Synthesis;
using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Bots;

/// <summary>The pictures a bot shows: those that its client wants, each stamped with its capture time when it is synthetic.</summary>
public sealed class BotCamera
{
    private readonly BotPlan _plan;
    private readonly List<Card> _cards = [];
    private readonly byte[] _buffer = [];
    private readonly Encoding[] _encodings = [new(), new()];
    private VideoEncodingPlan _wanted = VideoEncodingPlan.Nothing;

    private sealed record Card(int Width, int Height, TestCard Pictures);

    private sealed class Encoding
    {
        public Instant Next = Instant.Never;
        public long Count;
        public bool NeedsKeyframe = true;
    }

    /// <summary>Encodes the test card of a plan in its own size; those of smaller steps are made when they are first wanted.</summary>
    public BotCamera(BotPlan plan)
    {
        _plan = plan;
        if (plan.Video is BotVideoKind.TestCard or BotVideoKind.Model) _buffer = new byte[Limits.MaxFrame];
        if (plan.Video != BotVideoKind.TestCard) return;
        _cards.Add(new Card(plan.Width, plan.Height, new TestCard(plan.Width, plan.Height, plan.ColourIndex, plan.Quality)));
    }

    /// <summary>What it can send.</summary>
    public IReadOnlyList<VideoCodec> Codecs => _plan.Video == BotVideoKind.Model ? [_plan.ModelCodec] : [VideoCodec.Jpeg];

    /// <summary>When the next picture is due.</summary>
    public Instant NextPicture => Instant.Min(_encodings[0].Next, _encodings[1].Next);

    /// <summary>The client wants other pictures from now on.</summary>
    public void OnEncodingsChanged(Instant now, VideoEncodingPlan wanted)
    {
        for (var i = 0; i < _encodings.Length; i++)
        {
            var (before, after) = (_wanted.Find(i), wanted.Find(i));
            if (after is null || _plan.Video == BotVideoKind.None) _encodings[i].Next = Instant.Never;
            else if (_encodings[i].Next == Instant.Never) _encodings[i].Next = now;
            // Another size or codec is another stream, which begins with a picture that stands alone.
            if (before?.Height != after?.Height || before?.Codec != after?.Codec) _encodings[i].NeedsKeyframe = true;
        }
        _wanted = wanted;
    }

    /// <summary>The next picture of an encoding must stand alone.</summary>
    public void OnKeyframeWanted(int encoding) => _encodings[encoding].NeedsKeyframe = true;

    /// <summary>Sends what is due.</summary>
    public void HandleTimeout(Instant now, MeetingClient client)
    {
        for (var i = 0; i < _encodings.Length; i++)
        {
            var encoding = _encodings[i];
            if (encoding.Next > now || _wanted.Find(i) is not { } wanted) continue;
            Send(now, client, wanted, encoding);
            var interval = TimeSpan.FromSeconds(1.0 / Math.Min(wanted.FramesPerSecond, _plan.FramesPerSecond));
            encoding.Next = now - encoding.Next > interval ? now + interval : encoding.Next + interval;
        }
    }

    private void Send(Instant now, MeetingClient client, UiEncoding wanted, Encoding encoding)
    {
        var number = encoding.Count++;
        switch (_plan.Video)
        {
            case BotVideoKind.TestCard when wanted.Codec == VideoCodec.Jpeg:
                var card = CardFor(wanted.Height);
                var picture = _buffer.AsSpan(0, card.Pictures.Write(number, now.Ticks, _buffer));
                client.SendPicture(now, now, wanted.Encoding, PayloadType.Jpeg, true, false, 0, card.Width, card.Height, picture);
                break;
            case BotVideoKind.File when wanted.Codec == VideoCodec.Jpeg:
                var recorded = _plan.Pictures[(int)(number % _plan.Pictures.Count)].Span;
                client.SendPicture(now, now, wanted.Encoding, PayloadType.Jpeg, true, false, 0, _plan.Width, _plan.Height, recorded);
                break;
            case BotVideoKind.Model when wanted.Codec == _plan.ModelCodec:
                SendModel(now, client, wanted, encoding, number);
                break;
        }
    }

    private void SendModel(Instant now, MeetingClient client, UiEncoding wanted, Encoding encoding, long number)
    {
        var isJpeg = wanted.Codec == VideoCodec.Jpeg;
        var isKeyFrame = isJpeg || encoding.NeedsKeyframe;
        encoding.NeedsKeyframe = false;
        var isUpperLayer = !isKeyFrame && wanted.TemporalLayers > 1 && number % 2 == 1;
        var length = isJpeg ? ModelPicture.JpegLength(wanted.Width, wanted.Height, wanted.Quality) : ModelPicture.Length(wanted.Bitrate, wanted.FramesPerSecond, isKeyFrame);
        var picture = _buffer.AsSpan(0, Math.Min(_buffer.Length, length));
        ModelPicture.Write(now.Ticks, picture);
        client.SendPicture(
            now, now, wanted.Encoding, wanted.Codec.ToPayloadType(), isKeyFrame, isUpperLayer, isUpperLayer ? 1 : 0, wanted.Width, wanted.Height, picture);
    }

    /// <summary>In the bot's own size when that is not larger than wanted, else in the size of the step.</summary>
    private Card CardFor(int height)
    {
        if (_plan.Height <= height) return _cards[0];
        foreach (var card in _cards)
        {
            if (card.Height == height) return card;
        }
        var rung = VideoLadder.Rungs[VideoLadder.IndexFor(height)];
        var made = new Card(rung.Width, height, new TestCard(rung.Width, rung.Height, _plan.ColourIndex, rung.JpegQuality));
        _cards.Add(made);
        return made;
    }
}
