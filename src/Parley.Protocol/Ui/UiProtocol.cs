using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Ui;

/// <summary>Reading and writing of what page and agent say to each other (docs/protocol/ui.md).</summary>
public static class UiProtocol
{
    /// <summary>Version of this protocol; both ends come from one build, so any difference means "reload".</summary>
    public const int Version = 1;

    /// <summary>Reads a command. Unknown types, wrong shapes and too deep nesting give false, never an exception.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, out UiCommand? command)
    {
        try
        {
            command = JsonSerializer.Deserialize(json, UiJsonContext.Default.UiCommand);
            if (IsSound(command)) return true;
            command = null;
            return false;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            command = null;
            return false;
        }
    }

    /// <summary>What the types alone do not say: lists hold no null, and a number too large for a double is none.</summary>
    private static bool IsSound(UiCommand? command) => command switch
    {
        null => false,
        Ping ping => double.IsFinite(ping.PageTime),
        SetVisible visible => !visible.Tiles.Contains(null!),
        PageMeasured measured => IsSound(measured.Stats),
        _ => true,
    };

    private static bool IsSound(UiPageStats stats) =>
        double.IsFinite(stats.FpsCaptured) && double.IsFinite(stats.FpsSent) && IsFinite(stats.EncodeMs) && IsFinite(stats.CaptureMs)
        && IsFinite(stats.RingMs) && IsFinite(stats.OutputMs)
        && stats.Tracks.All(t => t is not null && double.IsFinite(t.Fps) && IsFinite(t.LatencyMs));

    private static bool IsFinite(double? value) => value is not { } number || double.IsFinite(number);

    /// <summary>Writes an event as UTF-8 JSON.</summary>
    public static byte[] Write(UiEvent value) => JsonSerializer.SerializeToUtf8Bytes(value, UiJsonContext.Default.UiEvent);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(CamelCaseEnum<DeviceState>), typeof(CamelCaseEnum<ParticipantRole>), typeof(CamelCaseEnum<Presence>),
        typeof(CamelCaseEnum<UiScreen>), typeof(CamelCaseEnum<EndReason>), typeof(CamelCaseEnum<VideoCodec>), typeof(CamelCaseEnum<ReceptionMode>),
        typeof(CamelCaseEnum<QualityStep>), typeof(CamelCaseEnum<QualityReason>), typeof(CamelCaseEnum<QualityLevel>),
        typeof(CamelCaseEnum<QualityCause>), typeof(CamelCaseEnum<QualityDirection>), typeof(CamelCaseEnum<Reaction>), typeof(CamelCaseEnum<ChatLineKind>),
    ],
    MaxDepth = Limits.MaxJsonDepth,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(UiCommand))]
[JsonSerializable(typeof(UiEvent))]
internal sealed partial class UiJsonContext : JsonSerializerContext;
