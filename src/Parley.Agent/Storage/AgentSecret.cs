using System.Security.Cryptography;
using System.Text;

namespace Parley.Agent.Storage;

/// <summary>The secret between an agent and its page, made at the first start and kept, so that a page finds back after a restart of the agent.</summary>
public sealed class AgentSecret
{
    private static readonly TimeSpan LaunchLife = TimeSpan.FromMinutes(10);
    private const int MaxLaunchTokens = 16;

    private readonly Lock _lock = new();
    private readonly List<(string Token, DateTimeOffset Until)> _launchTokens = [];
    private readonly TimeProvider _time;

    private AgentSecret(string value, TimeProvider time)
    {
        Value = value;
        _time = time;
    }

    /// <summary>43 characters of base64url.</summary>
    public string Value { get; }

    /// <summary>Reads the secret of a data directory, or makes one.</summary>
    public static AgentSecret LoadOrCreate(string dataDirectory, TimeProvider time)
    {
        var path = Path.Combine(dataDirectory, "page-secret");
        if (PrivateFile.TryRead(path) is { Length: >= 40 } bytes) return new AgentSecret(Encoding.ASCII.GetString(bytes).Trim(), time);
        var secret = NewToken();
        PrivateFile.Write(path, Encoding.ASCII.GetBytes(secret));
        return new AgentSecret(secret, time);
    }

    /// <summary>Whether this is the secret, in constant time.</summary>
    public bool Matches(string? candidate) =>
        candidate is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(candidate), Encoding.UTF8.GetBytes(Value));

    /// <summary>A token for a launch link: works once, for ten minutes.</summary>
    public string CreateLaunchToken()
    {
        var token = NewToken();
        lock (_lock)
        {
            if (_launchTokens.Count == MaxLaunchTokens) _launchTokens.RemoveAt(0);
            _launchTokens.Add((token, _time.GetUtcNow() + LaunchLife));
        }
        return token;
    }

    /// <summary>Trades a launch token for the secret; null when it is unknown, used or old.</summary>
    public string? Redeem(string token)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var at = _launchTokens.FindIndex(t => t.Until > now
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(t.Token), Encoding.UTF8.GetBytes(token)));
            if (at < 0) return null;
            _launchTokens.RemoveAt(at);
            return Value;
        }
    }

    private static string NewToken() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
