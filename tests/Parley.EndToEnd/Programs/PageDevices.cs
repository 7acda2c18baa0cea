using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.WebSockets;
using Parley.Agent.Tests.Support;
using Parley.Media.Audio;
using Parley.Media.Synthesis;

namespace Parley.EndToEnd.Programs;

/// <summary>A microphone and a camera for a page without a browser: a tone, and pictures of a size as a camera's, which nobody looks at.</summary>
internal sealed class PageDevices : IAsyncDisposable
{
    private const int HeaderLength = 16;
    private const int PictureBytes = 20_000;
    private const int Fps = 15;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;

    private PageDevices(ClientWebSocket audio, ClientWebSocket video) => _sending = SendAsync(audio, video);

    /// <summary>Switches both on.</summary>
    public static async Task<PageDevices> StartAsync(TestPage page)
    {
        var devices = new PageDevices(await page.OpenSocketAsync("/ws/audio"), await page.OpenSocketAsync("/ws/video-out"));
        await page.SendAsync("""{"type":"setDevices","microphone":"on","camera":"on"}""");
        return devices;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        _stop.Dispose();
    }

    private async Task SendAsync(ClientWebSocket audio, ClientWebSocket video)
    {
        var tone = new ToneSource(313, -24);
        var samples = new short[AudioFormat.FrameSamples];
        var sound = new byte[HeaderLength + (2 * AudioFormat.FrameSamples)];
        sound[0] = 1;
        var picture = new byte[HeaderLength + PictureBytes];
        picture[0] = 104;
        picture[1] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(picture.AsSpan(2), 640);
        BinaryPrimitives.WriteUInt16LittleEndian(picture.AsSpan(4), 360);
        var clock = Stopwatch.StartNew();
        long frames = 0;
        long pictures = 0;
        try
        {
            while (true)
            {
                for (; frames * Tick < clock.Elapsed; frames++)
                {
                    tone.Read(samples);
                    for (var i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(sound.AsSpan(HeaderLength + (2 * i)), samples[i]);
                    await audio.SendAsync(sound, WebSocketMessageType.Binary, endOfMessage: true, _stop.Token);
                }
                if (pictures < clock.Elapsed.TotalSeconds * Fps)
                {
                    pictures = (long)Math.Ceiling(clock.Elapsed.TotalSeconds * Fps);
                    await video.SendAsync(picture, WebSocketMessageType.Binary, endOfMessage: true, _stop.Token);
                }
                await Task.Delay(Tick, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Switched off.
        }
    }
}
