using Parley.Protocol.Control;

namespace Parley.Protocol.Tests.Control;

public sealed class MeetingCodeTests
{
    [Theory]
    [InlineData("482913")]
    [InlineData("482 913")]
    [InlineData("482-913")]
    [InlineData(" 4 8 2 9 1 3 ")]
    [InlineData("482\u00A0913")]
    [InlineData("482\u202F913")]
    public void A_code_is_taken_as_people_write_it(string text)
    {
        Assert.True(MeetingCode.TryNormalise(text, out var code));
        Assert.Equal("482913", code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("48291")]
    [InlineData("4829133")]
    [InlineData("48291x")]
    [InlineData("+482913")]
    [InlineData("482.913")]
    [InlineData("\u0664\u0668\u0662\u0669\u0661\u0663")] // digits, but not ASCII
    [InlineData("4                                2                                913")]
    public void Anything_else_is_no_code(string text)
    {
        Assert.False(MeetingCode.TryNormalise(text, out var code));
        Assert.Empty(code);
    }

    [Fact]
    public void Made_codes_are_codes_and_are_spread_over_all_leading_digits()
    {
        var random = new SeededRandom(1);
        var leading = new int[10];
        for (var i = 0; i < 10_000; i++)
        {
            var code = MeetingCode.Create(random);
            Assert.True(MeetingCode.TryNormalise(code, out var same) && same == code);
            leading[code[0] - '0']++;
        }
        // Chi-squared with 9 degrees of freedom is above 34 once in ten thousand.
        Assert.InRange(leading.Sum(n => Math.Pow(n - 1000, 2) / 1000), 0, 34);
    }
}
