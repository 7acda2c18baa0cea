using Parley.Protocol;

namespace Parley.Conference.Meetings;

/// <summary>
/// Who has been in a meeting, so that somebody who left and comes back is the same participant: the same key and the same name give the same id,
/// and with it their private lines.
/// </summary>
/// <remarks>The key alone would not do: two people may use one computer after the other.</remarks>
internal sealed class KnownPeople
{
    private const int Most = 4 * Limits.MaxParticipants;

    private readonly Dictionary<(string Key, string Name), string> _ids = [];
    private readonly Queue<(string Key, string Name)> _order = new();

    /// <summary>The id that somebody had before.</summary>
    public bool TryFind(ReadOnlySpan<byte> keyHash, string name, out string id)
    {
        id = "";
        return keyHash.Length > 0 && _ids.TryGetValue(Person(keyHash, name), out id!);
    }

    /// <summary>Remembers an id. Whoever shows no key is not known again.</summary>
    public void Remember(ReadOnlySpan<byte> keyHash, string name, string id)
    {
        if (keyHash.Length == 0) return;
        var person = Person(keyHash, name);
        if (!_ids.ContainsKey(person))
        {
            if (_order.Count == Most) _ids.Remove(_order.Dequeue());
            _order.Enqueue(person);
        }
        _ids[person] = id;
    }

    private static (string Key, string Name) Person(ReadOnlySpan<byte> keyHash, string name) => (Convert.ToHexString(keyHash), name.ToUpperInvariant());
}
