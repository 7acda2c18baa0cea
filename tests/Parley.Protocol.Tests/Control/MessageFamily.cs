using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Protocol.Control;
using Parley.Protocol.Tests.Ui;
using Parley.Protocol.Ui;

namespace Parley.Protocol.Tests.Control;

/// <summary>Messages of one direction between two parties: how they are read and written, and which files show them.</summary>
/// <param name="Type">The base record.</param>
/// <param name="Folder">Folder in tests/vectors.</param>
/// <param name="Prefix">Of the files' names.</param>
/// <param name="Examples">What each file means.</param>
/// <param name="Parse">Never throws. Null with an outcome other than Message.</param>
/// <param name="Write">The bytes of a message.</param>
internal sealed record MessageFamily(
    Type Type, string Folder, string Prefix, IReadOnlyDictionary<string, object> Examples, Func<byte[], (ParseOutcome Outcome, object? Message)> Parse,
    Func<object, byte[]> Write)
{
    public static readonly MessageFamily Client = new(
        typeof(ClientMessage), "control", "client-", Boxed(ControlExamples.Client),
        json => (ControlProtocol.TryParse(json, out ClientMessage? message), message), message => ControlProtocol.Write((ClientMessage)message));

    public static readonly MessageFamily Server = new(
        typeof(ServerMessage), "control", "server-", Boxed(ControlExamples.Server),
        json => (ControlProtocol.TryParse(json, out ServerMessage? message), message), message => ControlProtocol.Write((ServerMessage)message));

    public static readonly MessageFamily Command = new(
        typeof(UiCommand), "ui", "command-", Boxed(UiExamples.Commands),
        json => (UiProtocol.TryParse(json, out var message) ? ParseOutcome.Message : ParseOutcome.Malformed, message),
        message => JsonSerializer.SerializeToUtf8Bytes((UiCommand)message, UiJsonContext.Default.UiCommand));

    /// <summary>Read by pages only; what C# reads here is what its own serializer makes of it.</summary>
    public static readonly MessageFamily Event = new(
        typeof(UiEvent), "ui", "event-", Boxed(UiExamples.Events),
        json => JsonSerializer.Deserialize(json, UiJsonContext.Default.UiEvent) is { } message ? (ParseOutcome.Message, message) : (ParseOutcome.Malformed, null),
        message => UiProtocol.Write((UiEvent)message));

    /// <summary>All whose bytes come from the network or a page.</summary>
    public static readonly MessageFamily[] Incoming = [Client, Server, Command];

    public static readonly MessageFamily[] All = [.. Incoming, Event];

    /// <summary>The words under which the messages travel.</summary>
    public IEnumerable<string> TypeNames => Type
        .GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false).Cast<JsonDerivedTypeAttribute>().Select(a => (string)a.TypeDiscriminator!);

    /// <summary>The type in a file's name.</summary>
    public string TypeNameOf(string vector) => vector[Prefix.Length..].Split('-')[0];

    private static Dictionary<string, object> Boxed<T>(IReadOnlyDictionary<string, T> examples)
        where T : class => examples.ToDictionary(e => e.Key, object (e) => e.Value);
}
