using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Agent.Storage;

/// <summary>What an agent remembers between starts: the person's name and wishes, the keys of servers, the keys of guests that were let in.</summary>
/// <remarks>Damaged memory is set aside under another name and begun anew; losing a pin costs one comparison of six digits.</remarks>
public sealed class AgentMemory
{
    private const int MaxPins = 2000;

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly Content _content;

    private AgentMemory(string path, Content content)
    {
        _path = path;
        _content = content;
    }

    /// <summary>Reads the memory of a data directory.</summary>
    public static AgentMemory Load(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "agent.json");
        if (PrivateFile.TryRead(path) is not { } bytes) return new AgentMemory(path, new Content());
        try
        {
            return new AgentMemory(path, JsonSerializer.Deserialize(bytes, AgentMemoryJson.Default.Content)?.WithHostsOfAnyCase() ?? new Content());
        }
        catch (JsonException)
        {
            File.Move(path, path + ".damaged", overwrite: true);
            return new AgentMemory(path, new Content());
        }
    }

    /// <summary>The person's name; empty before the first time.</summary>
    public string Name
    {
        get
        {
            lock (_lock) return _content.Name;
        }
        set => Change(c => c.Name = value);
    }

    /// <summary>What the person wants of pictures; everything, by whatever codec is best, before they say so.</summary>
    public UiPreferences Preferences
    {
        get
        {
            lock (_lock)
            {
                // A newer program may have remembered what this one does not know.
                var codec = _content.Codec is { } known && Enum.IsDefined(known) ? _content.Codec : null;
                return new UiPreferences(codec, Enum.IsDefined(_content.Reception) ? _content.Reception : ReceptionMode.Full);
            }
        }
        set => Change(c => (c.Codec, c.Reception) = (value.Codec, value.Reception));
    }

    /// <summary>The key hash remembered for an address; empty when none is.</summary>
    public ReadOnlyMemory<byte> ServerKey(string hostAndPort)
    {
        lock (_lock)
            return _content.Servers.TryGetValue(hostAndPort, out var text) && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : default;
    }

    /// <summary>Whether the key of a server is known, under any address: an address is only a hint.</summary>
    public bool KnowsServer(ReadOnlySpan<byte> keyHash)
    {
        var text = Base64Url.EncodeToString(keyHash);
        lock (_lock) return _content.Servers.ContainsValue(text);
    }

    /// <summary>Remembers a server's key.</summary>
    public void RememberServer(string hostAndPort, ReadOnlySpan<byte> keyHash)
    {
        var text = Base64Url.EncodeToString(keyHash);
        Change(c =>
        {
            if (c.Servers.Count < MaxPins) c.Servers[hostAndPort] = text;
        });
    }

    /// <summary>Forgets a server's key, because its person says the new one is right.</summary>
    public void ForgetServer(string hostAndPort) => Change(c => c.Servers.Remove(hostAndPort));

    /// <summary>Whether a guest with this key was let in before.</summary>
    public bool KnowsGuest(string keyHash)
    {
        lock (_lock) return keyHash.Length > 0 && _content.Guests.Contains(keyHash);
    }

    /// <summary>Remembers a guest who was let in.</summary>
    public void RememberGuest(string keyHash)
    {
        if (keyHash.Length == 0) return;
        Change(c =>
        {
            if (c.Guests.Count < MaxPins) c.Guests.Add(keyHash);
        });
    }

    private void Change(Action<Content> change)
    {
        lock (_lock)
        {
            change(_content);
            PrivateFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(_content, AgentMemoryJson.Default.Content));
        }
    }

    internal sealed class Content
    {
        public string Name { get; set; } = "";
        public VideoCodec? Codec { get; set; }
        public ReceptionMode Reception { get; set; }
        public Dictionary<string, string> Servers { get; set; } = new(StringComparer.OrdinalIgnoreCase);
        public HashSet<string> Guests { get; set; } = new(StringComparer.Ordinal);

        /// <summary>The reader makes a dictionary of its own, without our comparison of host names.</summary>
        public Content WithHostsOfAnyCase()
        {
            var servers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (server, key) in Servers) servers[server] = key;
            Servers = servers;
            return this;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    Converters = [typeof(JsonStringEnumConverter<VideoCodec>), typeof(JsonStringEnumConverter<ReceptionMode>)])]
[JsonSerializable(typeof(AgentMemory.Content))]
internal sealed partial class AgentMemoryJson : JsonSerializerContext;
