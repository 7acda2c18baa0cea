using System.CommandLine;
using Microsoft.Extensions.Logging;
using Parley.Agent;
using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Media.Synthesis;

namespace Parley.App.Verbs;

/// <summary><c>parley bot</c>: headless participants with the real client engine, for tests, load and demonstrations.</summary>
internal static class BotVerb
{
    private const string ModelPrefix = "model:";
    private const string TonePrefix = "tone:";

    public static Command Create()
    {
        var flags = new CommonFlags();
        var server = new Argument<string?>("server") { Description = "host, host:port or a parley:// link.", Arity = ArgumentArity.ZeroOrOne };
        var serverFlag = Settings.Text("--server", "The same, as a flag.");
        var create = Settings.Flag("--create", "Makes a meeting; 'meeting CODE' is printed on standard error at once.", false);
        var code = Settings.Text("--code", "Joins the meeting with this code.");
        var name = Settings.Flag("--name", "Name; with --count a number follows it.", "Bot");
        var video = Settings.Flag("--video", "testcard, none, a file of JPEG pictures (MJPEG), or model:h264: sizes of pictures, with nothing in them.", "testcard", "--camera");
        var audio = Settings.Flag("--audio", "tone:HZ (with --count a list, one for each: tone:443,997), click, silence, none, or a WAV file.", "none");
        var audioProfile = Settings.Text("--audio-profile", "opus, or 48 or 16: kHz of plain audio on the wire. Without it Opus where this machine has it, else 48.");
        var size = Settings.Flag("--size", "Width and height of the test card.", "640x360");
        var fps = Settings.Flag("--fps", "Pictures a second.", 15);
        var listenFor = Settings.Text("--listen-for", "Tones to measure in what is heard, in Hz: 443,997.");
        var approveAll = Settings.Flag("--approve-all", "Lets everyone in, when host.", false);
        var chat = Settings.Text("--chat", "Says this when seated.");
        var chatEvery = Settings.Flag("--chat-every", "Says it again each so many milliseconds, with the time in it; receivers report the way's duration.", 0);
        var count = Settings.Flag("--count", "How many bots.", 1);
        var duration = Settings.Flag("--duration", "Seconds to run.", 10.0);
        var json = Settings.Flag("--json", "Prints the report as one JSON document on standard output.", false);
        var command = new Command("bot", "Runs headless participants and reports what they saw and heard.")
        {
            server, serverFlag, create, code, name, video, audio, audioProfile, size, fps, listenFor, approveAll, chat, chatEvery, count, duration, json,
        };
        flags.AddTo(command);
        command.SetAction(async (result, cancel) =>
        {
            using var loggers = flags.Loggers(result, LogLevel.Warning);
            var where = result.GetValue(server) ?? result.GetValue(serverFlag) ?? throw new AppException("Say which server: parley bot HOST:PORT --code CODE.");
            if (!ParleyLink.TryParse(where, out var link)) throw new AppException($"'{where}' is not an address or a parley:// link.");
            var wanted = result.GetValue(code) is { } given
                ? MeetingCode.TryNormalise(given, out var digits) ? digits : throw new AppException($"'{given}' is not a code. A code has six digits.")
                : link!.Code;
            if (!result.GetValue(create) && wanted.Length == 0) throw new AppException("Say which meeting: --code CODE, or --create.");
            var plan = AudioAndVideo(
                new BotPlan
                {
                    Join = new JoinPlan(
                        link!.Host, link.Port, link.KeyHash, result.GetValue(name)!, result.GetValue(create) ? null : wanted,
                        Audio: ProfileOf(result.GetValue(audioProfile))),
                    FramesPerSecond = Math.Clamp(result.GetValue(fps), 1, 60),
                    ListenFor = Numbers(result.GetValue(listenFor)),
                    ApproveAll = result.GetValue(approveAll),
                    Chat = result.GetValue(chat),
                    ChatInterval = TimeSpan.FromMilliseconds(result.GetValue(chatEvery)),
                },
                result.GetValue(video)!, result.GetValue(audio)!, result.GetValue(size)!);
            using var shutdown = new Shutdown();
            var tones = result.GetValue(audio)!.StartsWith(TonePrefix, StringComparison.Ordinal) ? Numbers(result.GetValue(audio)![TonePrefix.Length..]) : [];
            await using var group = new BotGroup(
                BotGroup.Alike(plan, tones, Math.Clamp(result.GetValue(count), 1, 1000)), Product.Name, loggers, flags.Impairment(result));
            await group.RunAsync(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(result.GetValue(duration)), announce: true, shutdown.Token);
            var reports = await group.AskAllAsync(b => b.ToReport());
            Console.WriteLine(result.GetValue(json) ? BotReport.ToJson(reports) : BotText.Write(reports));
            return reports.All(r => r.Joined && r.Errors.Count == 0) ? 0 : 1;
        });
        return command;
    }

    private static AudioProfile? ProfileOf(string? text) => text switch
    {
        null or "" => null,
        "opus" => AudioProfile.Opus,
        "48" => AudioProfile.L16At48Khz,
        "16" => AudioProfile.L16At16Khz,
        _ => throw new AppException($"'{text}' is not an audio profile. Use opus, 48 or 16."),
    };

    private static BotPlan AudioAndVideo(BotPlan plan, string video, string audio, string size)
    {
        plan = video switch
        {
            "none" => plan,
            "testcard" => WithSize(plan with { Video = BotVideoKind.TestCard }, size),
            _ when video.StartsWith(ModelPrefix, StringComparison.Ordinal) => plan with { Video = BotVideoKind.Model, ModelCodec = CodecOf(video[ModelPrefix.Length..]) },
            _ => WithSize(plan with { Video = BotVideoKind.File, Pictures = ReadPictures(video) }, size),
        };
        return audio switch
        {
            "none" => plan,
            "silence" => plan with { Audio = BotAudioKind.Silence },
            "click" => plan with { Audio = BotAudioKind.Click },
            _ when audio.StartsWith(TonePrefix, StringComparison.Ordinal) => plan with { Audio = BotAudioKind.Tone, ToneHz = Numbers(audio[TonePrefix.Length..])[0] },
            _ => plan with { Audio = BotAudioKind.File, AudioSamples = ReadSamples(audio) },
        };
    }

    private static VideoCodec CodecOf(string text) =>
        CodecChoice.TryParse(text, out var choice) && choice.Codec is { } codec
            ? codec
            : throw new AppException($"'{text}' is not a codec for a model. Use jpeg, h264, vp8, vp9 or av1.");

    private static BotPlan WithSize(BotPlan plan, string size)
    {
        var parts = size.Split('x');
        if (parts.Length != 2 || !int.TryParse(parts[0], out var width) || !int.TryParse(parts[1], out var height) || width is < 16 or > 3840 || height is < 16 or > 2160)
            throw new AppException($"'{size}' is not a size. Use one like 640x360.");
        return plan with { Width = width, Height = height };
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> ReadPictures(string path)
    {
        var pictures = MjpegFile.Split(ReadFile(path));
        return pictures.Count > 0 ? pictures : throw new AppException($"{path} holds no JPEG pictures.");
    }

    private static ReadOnlyMemory<short> ReadSamples(string path) =>
        WavFile.TryParse(ReadFile(path), out var samples, out var error) ? samples : throw new AppException($"{path}: {error}");

    private static byte[] ReadFile(string path) =>
        File.Exists(path) ? File.ReadAllBytes(path) : throw new AppException($"The file {path} does not exist.");

    private static List<double> Numbers(string? text)
    {
        var numbers = new List<double>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            numbers.Add(double.TryParse(part, out var number) && number > 0 ? number : throw new AppException($"'{part}' is not a frequency in Hz."));
        return numbers;
    }
}
