namespace Parley.Protocol.Control;

/// <summary>Six decimal digits that people read to each other.</summary>
public static class MeetingCode
{
    /// <summary>Digits of a code.</summary>
    public const int Length = 6;

    /// <summary>Takes what a person typed: spaces, dashes and no-break spaces are allowed between the digits.</summary>
    public static bool TryNormalise(string text, out string code)
    {
        code = "";
        if (text.Length > 32) return false;
        Span<char> digits = stackalloc char[Length];
        var count = 0;
        foreach (var c in text)
        {
            if (c is ' ' or '-' or '\u00A0' or '\u202F') continue;
            if (!char.IsAsciiDigit(c) || count == Length) return false;
            digits[count++] = c;
        }
        if (count != Length) return false;
        code = new string(digits);
        return true;
    }

    /// <summary>A uniform code.</summary>
    public static string Create(IRandomSource random) => random.NextInt32(1_000_000).ToString("D6");
}
