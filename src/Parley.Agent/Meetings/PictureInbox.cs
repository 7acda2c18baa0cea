using System.Buffers;
using Parley.Protocol.Rtp;

namespace Parley.Agent.Meetings;

/// <summary>Encoded pictures of the camera on their way from the page's socket to the driver's thread; at most four, the newest win.</summary>
internal sealed class PictureInbox
{
    private const int Capacity = 4;
    private readonly Queue<Picture> _pictures = new(Capacity);
    private readonly Lock _lock = new();

    internal readonly record struct Picture(byte[] Buffer, int Length, PayloadType Codec, bool IsKeyFrame, int Width, int Height, double? CapturedAt);

    /// <summary>Copies a picture in; the oldest makes room.</summary>
    public void Write(ReadOnlySpan<byte> data, PayloadType codec, bool isKeyFrame, int width, int height, double? capturedAt)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(buffer);
        lock (_lock)
        {
            if (_pictures.Count == Capacity) ArrayPool<byte>.Shared.Return(_pictures.Dequeue().Buffer);
            _pictures.Enqueue(new Picture(buffer, data.Length, codec, isKeyFrame, width, height, capturedAt));
        }
    }

    /// <summary>Takes the oldest; give its buffer back with <see cref="Release"/>.</summary>
    public bool TryTake(out Picture picture)
    {
        lock (_lock) return _pictures.TryDequeue(out picture);
    }

    /// <summary>Gives the buffer back.</summary>
    public static void Release(in Picture picture) => ArrayPool<byte>.Shared.Return(picture.Buffer);
}
