using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Protocol.Control;

/// <summary>What became of the bytes of a control message.</summary>
public enum ParseOutcome
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>Well-formed, but of a type this version does not know: ignored, by the rule that lets versions differ.</summary>
    UnknownType,

    /// <summary>Not JSON, no type, wrong shape, or nested too deep.</summary>
    Malformed,
}

/// <summary>Reading and writing of control messages (docs/protocol/control.md). Bytes from a peer never throw.</summary>
public static class ControlProtocol
{
    /// <summary>The version in <see cref="Hello"/>. A difference is refused with <see cref="EndReason.VersionMismatch"/>.</summary>
    public const int Version = 1;

    /// <summary>Reads what a client sent.</summary>
    public static ParseOutcome TryParse(ReadOnlySpan<byte> json, out ClientMessage? message)
    {
        message = null;
        if (!TryReadType(json, out var type)) return ParseOutcome.Malformed;
        if (!ClientTypes.Contains(type)) return ParseOutcome.UnknownType;
        try
        {
            message = JsonSerializer.Deserialize(json, ControlJsonContext.Default.ClientMessage);
            // The types alone do not say that lists hold no null.
            if (message is Subscribe { Tracks: var tracks } && tracks.Contains(null!)) message = null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return ParseOutcome.Malformed;
        }
        return message is null ? ParseOutcome.Malformed : ParseOutcome.Message;
    }

    /// <summary>Reads what a server sent.</summary>
    public static ParseOutcome TryParse(ReadOnlySpan<byte> json, out ServerMessage? message)
    {
        message = null;
        if (!TryReadType(json, out var type)) return ParseOutcome.Malformed;
        if (!ServerTypes.Contains(type)) return ParseOutcome.UnknownType;
        try
        {
            message = JsonSerializer.Deserialize(json, ControlJsonContext.Default.ServerMessage);
            // The types alone do not say that lists hold no null.
            if (message is Joined { Meeting: var meeting } && (meeting.Participants.Contains(null!) || meeting.Requests.Contains(null!))) message = null;
            if (message is ChatHistory { Lines: var lines } && lines.Contains(null!)) message = null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return ParseOutcome.Malformed;
        }
        return message is null ? ParseOutcome.Malformed : ParseOutcome.Message;
    }

    /// <summary>Writes UTF-8 JSON.</summary>
    public static byte[] Write(ClientMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, ControlJsonContext.Default.ClientMessage);

    /// <summary>Writes UTF-8 JSON.</summary>
    public static byte[] Write(ServerMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, ControlJsonContext.Default.ServerMessage);

    /// <summary>The <c>type</c> under which a message travels.</summary>
    public static string TypeOf(ClientMessage message) => ClientNames[message.GetType()];

    /// <summary>Finds the top-level <c>type</c> without building anything; checks well-formedness and depth of the whole on the way.</summary>
    private static bool TryReadType(ReadOnlySpan<byte> json, out string type)
    {
        type = "";
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Limits.MaxJsonDepth });
        try
        {
            var found = false;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("type"u8)) continue;
                if (found || !reader.Read() || reader.TokenType != JsonTokenType.String) return false;
                type = reader.GetString()!;
                found = true;
            }
            return found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static readonly Dictionary<Type, string> ClientNames = NamesOf(typeof(ClientMessage));
    private static readonly HashSet<string> ClientTypes = new(ClientNames.Values, StringComparer.Ordinal);
    private static readonly HashSet<string> ServerTypes = new(NamesOf(typeof(ServerMessage)).Values, StringComparer.Ordinal);

    private static Dictionary<Type, string> NamesOf(Type family) =>
        family.GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false).Cast<JsonDerivedTypeAttribute>()
            .ToDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(CamelCaseEnum<DeviceState>), typeof(CamelCaseEnum<ParticipantRole>), typeof(CamelCaseEnum<Presence>), typeof(CamelCaseEnum<EndReason>),
        typeof(CamelCaseEnum<AudioRoute>), typeof(CamelCaseEnum<AudioProfile>), typeof(CamelCaseEnum<RejectReason>),
        typeof(CamelCaseEnum<VideoCodec>), typeof(CamelCaseEnum<Reaction>), typeof(CamelCaseEnum<ChatLineKind>),
    ],
    MaxDepth = Limits.MaxJsonDepth,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClientMessage))]
[JsonSerializable(typeof(ServerMessage))]
internal sealed partial class ControlJsonContext : JsonSerializerContext;
