using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Control;

namespace Parley.Protocol.Tests.Control;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("Anna", "Anna")]
    [InlineData("  Anna  ", "Anna")]
    [InlineData("Anna\tMaria\r\nLind", "Anna Maria Lind")]
    [InlineData("Anna \u00A0\u2003 Lind", "Anna Lind")]
    [InlineData("An\u0000n\u0007a\u007F", "Anna")]
    [InlineData("\u202EannA\u202C", "annA")] // a right-to-left override
    [InlineData("An\u200Bna\uFEFF", "Anna")] // zero-width space, byte order mark
    [InlineData("\U0001F469\u200D\U0001F52C", "\U0001F469\u200D\U0001F52C")] // an emoji that a joiner makes
    [InlineData("\uE000Anna\U000F0000", "Anna")] // private use
    [InlineData("An\uFFFDna", "Anna")]
    [InlineData("\u674E\u5C0F\u9F99", "\u674E\u5C0F\u9F99")]
    public void A_name_is_one_clean_line(string text, string expected)
    {
        Assert.True(PlainText.TryNormaliseName(text, out var name));
        Assert.Equal(expected, name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\r\n\u2003")]
    [InlineData("\u200B\u202E\u0000")]
    public void A_name_of_nothing_is_refused(string? text)
    {
        Assert.False(PlainText.TryNormaliseName(text, out var name));
        Assert.Empty(name);
    }

    [Fact]
    public void A_name_is_bounded_after_normalisation()
    {
        Assert.True(PlainText.TryNormaliseName(new string('a', Limits.MaxName), out _));
        Assert.False(PlainText.TryNormaliseName(new string('a', Limits.MaxName + 1), out _));
        Assert.True(PlainText.TryNormaliseName(string.Concat(Enumerable.Repeat("e\u0301", Limits.MaxName)), out var composed));
        Assert.Equal(Limits.MaxName, composed.Length);
        Assert.False(PlainText.TryNormaliseName(new string(' ', 100_000) + "a", out _));
    }

    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("\u212B", "\u00C5")] // the Angstrom sign is Å
    [InlineData("s\u0323\u0307", "\u1E69")]
    [InlineData("s\u0307\u0323", "\u1E69")] // marks in another order mean the same
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")] // not decomposed by compatibility
    [InlineData("\u1112\u1161\u11AB", "\uD55C")] // Hangul
    [InlineData("\uD558\u11AB", "\uD55C")]
    [InlineData("\uFB01", "\uFB01")] // a ligature stays: canonical, not compatible
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    [InlineData("\uF900", "\u8C48")] // a compatibility ideograph with a canonical form
    public void Equal_texts_become_equal_in_NFC(string text, string expected)
    {
        Assert.True(PlainText.TryNormaliseText(text, out var clean));
        Assert.Equal(expected, clean);
    }

    [Fact]
    public void A_chat_text_keeps_its_lines_and_spaces()
    {
        Assert.True(PlainText.TryNormaliseText("  if (a)\n    b();\r\n\n// \u202Eend\u0000\n ", out var text));
        Assert.Equal("if (a)\n    b();\n\n// end", text);
    }

    [Fact]
    public void A_chat_text_is_bounded()
    {
        Assert.True(PlainText.TryNormaliseText(new string('a', Limits.MaxChatText), out _));
        Assert.False(PlainText.TryNormaliseText(new string('a', Limits.MaxChatText + 1), out _));
        Assert.False(PlainText.TryNormaliseText("", out _));
        Assert.False(PlainText.TryNormaliseText("\n\n \n", out _));
        Assert.False(PlainText.TryNormaliseText(null, out _));
    }

    [Fact]
    public void Whatever_is_typed_becomes_clean_and_stays_as_it_is_when_cleaned_again()
    {
        Prop.ForAll<string?>(text =>
        {
            if (!PlainText.TryNormaliseName(text, out var name)) return name.Length == 0;
            return name.Length is > 0 and <= Limits.MaxName
                && name.Trim() == name
                && !name.EnumerateRunes().Any(r => Rune.IsControl(r) || r == Rune.ReplacementChar)
                && PlainText.TryNormaliseName(name, out var again) && again == name;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Lone_surrogates_are_left_out()
    {
        Assert.True(PlainText.TryNormaliseName("A\uD800nn\uDC00a", out var name));
        Assert.Equal("Anna", name);
    }
}
