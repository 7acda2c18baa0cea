using System.Globalization;
using System.Text;
using Parley.Protocol.Text;

namespace Parley.Protocol.Control;

/// <summary>Names and texts from people: normalised to NFC, without control, format and unpaired characters, and bounded.</summary>
public static class PlainText
{
    /// <summary>Makes a display name: one line, inner white space folded. False when nothing is left or it is too long.</summary>
    public static bool TryNormaliseName(string? text, out string name)
    {
        name = "";
        if (text is null || text.Length > Limits.MaxName * 4) return false;
        var clean = Clean(text, keepLines: false);
        if (clean.Length is 0 or > Limits.MaxName) return false;
        name = clean;
        return true;
    }

    /// <summary>Makes a chat text: lines are kept. False when nothing is left or it is too long.</summary>
    public static bool TryNormaliseText(string? text, out string clean)
    {
        clean = "";
        if (text is null || text.Length > Limits.MaxChatText * 2) return false;
        clean = Clean(text, keepLines: true);
        return clean.Length is > 0 and <= Limits.MaxChatText;
    }

    private static string Clean(string text, bool keepLines)
    {
        var builder = new StringBuilder(text.Length);
        var pendingSpace = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar) continue;
            if (keepLines && rune.Value == '\n')
            {
                builder.Append('\n');
                pendingSpace = false;
                continue;
            }
            if (Rune.IsWhiteSpace(rune))
            {
                if (keepLines && rune.Value is ' ' or 0xA0) builder.Append(' ');
                else pendingSpace = builder.Length > 0;
                continue;
            }
            // Format characters hide and reorder text (bidirectional overrides); joiners are kept, emoji need them.
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) continue;
            if (category == UnicodeCategory.Format && rune.Value is not (0x200D or 0x200C)) continue;
            if (pendingSpace) builder.Append(' ');
            pendingSpace = false;
            builder.Append(rune.ToString());
        }
        return Normalization.ToFormC(builder.ToString().Trim());
    }
}
