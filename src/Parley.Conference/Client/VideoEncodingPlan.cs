using Parley.Protocol.Ui;

namespace Parley.Conference.Client;

/// <summary>Which pictures of one's camera to make from now on.</summary>
/// <param name="Encodings">Each at most once, the large one first; an encoding that is not listed is not to be made.</param>
public sealed record VideoEncodingPlan(IReadOnlyList<UiEncoding> Encodings)
{
    /// <summary>Nobody looks.</summary>
    public static readonly VideoEncodingPlan Nothing = new([]);

    /// <summary>The large encoding's number.</summary>
    public const int Large = 0;

    /// <summary>The small encoding's number.</summary>
    public const int Small = 1;

    /// <summary>One of the two; null when it is not to be made.</summary>
    public UiEncoding? Find(int encoding)
    {
        foreach (var candidate in Encodings)
        {
            if (candidate.Encoding == encoding) return candidate;
        }
        return null;
    }

    /// <inheritdoc />
    public bool Equals(VideoEncodingPlan? other) => other is not null && Encodings.SequenceEqual(other.Encodings);

    /// <inheritdoc />
    public override int GetHashCode() => Encodings.Count == 0 ? 0 : HashCode.Combine(Encodings.Count, Encodings[0]);
}
