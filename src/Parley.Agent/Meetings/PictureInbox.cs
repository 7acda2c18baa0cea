using System.Buffers;
using Parley.Agent.Web;

namespace Parley.Agent.Meetings;

/// <summary>Encoded pictures of the camera on their way from the page's socket to the driver's thread; at most eight.</summary>
/// <remarks>
/// When they pile up, a key frame takes the place of all that wait of its encoding: it is newer, and needs none of them. Any other picture is refused,
/// and so are those that build on it, until a key frame comes.
/// </remarks>
internal sealed class PictureInbox
{
    private const int Capacity = 8;
    private readonly List<Picture> _pictures = new(Capacity);
    private readonly HashSet<int> _broken = [];
    private readonly Lock _lock = new();

    /// <summary>A picture that waits.</summary>
    /// <param name="Frame">What the page said of it.</param>
    /// <param name="Buffer">Its bytes and more.</param>
    /// <param name="Length">How many are its own.</param>
    /// <param name="CapturedAt">Agent milliseconds, or null when unknown.</param>
    internal readonly record struct Picture(VideoOutFrame Frame, byte[] Buffer, int Length, double? CapturedAt);

    /// <summary>Copies a picture in.</summary>
    /// <returns>False when the encoding cannot go on without a key frame from now on; said once.</returns>
    public bool Write(in VideoOutFrame frame, ReadOnlySpan<byte> data, double? capturedAt)
    {
        lock (_lock)
        {
            if (frame.IsKeyFrame) _broken.Remove(frame.Encoding);
            else if (_broken.Contains(frame.Encoding)) return true;
            if (_pictures.Count == Capacity && frame.IsKeyFrame) Forget(frame.Encoding);
            if (_pictures.Count == Capacity)
            {
                // What nobody builds on may be missing.
                return frame.IsDiscardable || !_broken.Add(frame.Encoding);
            }
            var buffer = ArrayPool<byte>.Shared.Rent(data.Length);
            data.CopyTo(buffer);
            _pictures.Add(new Picture(frame, buffer, data.Length, capturedAt));
            return true;
        }
    }

    /// <summary>Takes the oldest; give its buffer back with <see cref="Release"/>.</summary>
    public bool TryTake(out Picture picture)
    {
        lock (_lock)
        {
            picture = _pictures.Count > 0 ? _pictures[0] : default;
            if (_pictures.Count == 0) return false;
            _pictures.RemoveAt(0);
            return true;
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public static void Release(in Picture picture) => ArrayPool<byte>.Shared.Return(picture.Buffer);

    private void Forget(int encoding)
    {
        for (var i = _pictures.Count - 1; i >= 0; i--)
        {
            if (_pictures[i].Frame.Encoding != encoding) continue;
            Release(_pictures[i]);
            _pictures.RemoveAt(i);
        }
    }
}
