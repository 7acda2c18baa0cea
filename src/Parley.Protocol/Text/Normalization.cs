using System.Text;

namespace Parley.Protocol.Text;

/// <summary>Normalization form C (Unicode Standard Annex 15): texts that mean the same become the same.</summary>
/// <remarks>
/// The framework normalises with ICU, a native library that a person would have to install; without it (InvariantGlobalization) it returns every
/// text as it is. So the tables are ours, made by eng/unicode-normalization.mjs. Linear but for sorting runs of marks.
/// </remarks>
public static class Normalization
{
    // Below this nothing decomposes into what does not compose again, and nothing combines.
    private const char FirstMark = '\u0300';

    // Hangul syllables follow a formula (Unicode Standard section 3.12).
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    private static readonly Dictionary<int, int[]> Decompositions = [];
    private static readonly Dictionary<(int First, int Second), int> Compositions = [];

    static Normalization()
    {
        var composites = new Dictionary<string, int>(StringComparer.Ordinal);
        var pairs = new List<(int Composite, string Whole)>();
        var entries = NormalizationTables.Decompositions.AsSpan();
        while (!entries.IsEmpty)
        {
            var end = entries.IndexOfAny('\u0000', '\u0001');
            var runes = CodePointsOf(entries[..end]);
            Decompositions.Add(runes[0], runes[1..]);
            if (entries[end] == '\u0001')
            {
                var whole = TextOf(runes.AsSpan(1));
                composites.Add(whole, runes[0]);
                pairs.Add((runes[0], whole));
            }
            entries = entries[(end + 1)..];
        }
        foreach (var (composite, whole) in pairs)
        {
            var parts = CodePointsOf(whole);
            var first = parts.Length == 2 ? parts[0] : composites[TextOf(parts.AsSpan(0, parts.Length - 1))];
            Compositions.Add((first, parts[^1]), composite);
        }
    }

    /// <summary>Gives the form C of a well-formed text; unpaired surrogates become U+FFFD.</summary>
    public static string ToFormC(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\u0000', (char)(FirstMark - 1)) < 0) return text;
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, points);
        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(points);
        SortMarks(span);
        return TextOf(span[..Compose(span)]);
    }

    private static void Decompose(int point, List<int> points)
    {
        var syllable = point - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            points.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            points.Add(VowelBase + (syllable % (VowelCount * TailCount) / TailCount));
            if (syllable % TailCount != 0) points.Add(TailBase + (syllable % TailCount));
        }
        else if (point >= 0x80 && Decompositions.TryGetValue(point, out var parts))
        {
            points.AddRange(parts);
        }
        else
        {
            points.Add(point);
        }
    }

    /// <summary>Puts the marks behind each base into the order of their classes; marks of one class keep theirs.</summary>
    private static void SortMarks(Span<int> points)
    {
        var keys = Array.Empty<long>();
        for (var start = 0; start < points.Length; start++)
        {
            var end = start;
            while (end < points.Length && ClassOf(points[end]) > 0) end++;
            if (end - start < 2) continue;
            var count = end - start;
            if (keys.Length < count) keys = new long[points.Length - start];
            for (var i = 0; i < count; i++) keys[i] = ((long)ClassOf(points[start + i]) << 54) | ((long)i << 24) | (uint)points[start + i];
            keys.AsSpan(0, count).Sort();
            for (var i = 0; i < count; i++) points[start + i] = (int)(keys[i] & 0xFFFFFF);
            start = end;
        }
    }

    /// <summary>Joins what may be joined, in place; returns the new length.</summary>
    private static int Compose(Span<int> points)
    {
        var length = 0;
        var starter = -1;
        var lastClass = 0;
        foreach (var point in points)
        {
            var pointClass = ClassOf(point);
            // A mark reaches its base over marks of lower classes only; a base joins only its very neighbour.
            var isNeighbour = starter == length - 1;
            if (starter >= 0 && (isNeighbour || (lastClass != 0 && lastClass < pointClass)) && TryJoin(points[starter], point, out var joined))
            {
                points[starter] = joined;
                continue;
            }
            if (pointClass == 0) starter = length;
            lastClass = pointClass;
            points[length++] = point;
        }
        return length;
    }

    private static bool TryJoin(int first, int second, out int joined)
    {
        var (lead, vowel) = (first - LeadBase, second - VowelBase);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            joined = SyllableBase + (((lead * VowelCount) + vowel) * TailCount);
            return true;
        }
        var (syllable, tail) = (first - SyllableBase, second - TailBase);
        if (syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
        {
            joined = first + tail;
            return true;
        }
        return Compositions.TryGetValue((first, second), out joined);
    }

    /// <summary>The place of a character's combining class among all classes; 0 for what does not combine.</summary>
    private static int ClassOf(int point)
    {
        if (point < FirstMark) return 0;
        var runs = NormalizationTables.CombiningClasses;
        var (low, high) = (0, (runs.Length / 3) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (point < runs[middle * 3]) high = middle - 1;
            else if (point > runs[(middle * 3) + 1]) low = middle + 1;
            else return runs[(middle * 3) + 2];
        }
        return 0;
    }

    private static int[] CodePointsOf(ReadOnlySpan<char> text)
    {
        var points = new List<int>();
        foreach (var rune in text.EnumerateRunes()) points.Add(rune.Value);
        return [.. points];
    }

    private static string TextOf(ReadOnlySpan<int> points)
    {
        var text = new StringBuilder(points.Length);
        foreach (var point in points) text.Append(new Rune(point).ToString());
        return text.ToString();
    }
}
