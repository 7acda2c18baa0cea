using Parley.Protocol;
using Parley.Protocol.Control;

namespace Parley.Conference.Meetings;

/// <summary>Where codes live. One process keeps them in memory; several servers will share a database.</summary>
internal interface IMeetingDirectory
{
    /// <summary>Gives a code that no live meeting has; null when none could be found.</summary>
    string? Allocate(Meeting meeting);

    /// <summary>The live meeting of a code.</summary>
    bool TryFind(string code, out Meeting? meeting);

    /// <summary>Gives a code back.</summary>
    void Release(string code);
}

/// <summary>The codes of one process.</summary>
internal sealed class MeetingDirectory(IRandomSource random) : IMeetingDirectory
{
    // At a thousand meetings a draw fails once in a thousand; ten in a row never do.
    private const int MaxDraws = 100;
    private readonly Dictionary<string, Meeting> _byCode = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public string? Allocate(Meeting meeting)
    {
        for (var i = 0; i < MaxDraws; i++)
        {
            var code = MeetingCode.Create(random);
            if (_byCode.TryAdd(code, meeting)) return code;
        }
        return null;
    }

    /// <inheritdoc />
    public bool TryFind(string code, out Meeting? meeting) => _byCode.TryGetValue(code, out meeting);

    /// <inheritdoc />
    public void Release(string code) => _byCode.Remove(code);
}
