using System.Buffers.Text;
using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Control;

namespace Parley.Protocol.Tests.Control;

public sealed class ParleyLinkTests
{
    private const string Hash = "Yw3NKWbEM2aRElRIu7JbT_QSpJxzLbLIq8G4WBvXEN0";

    [Theory]
    [InlineData("parley://studio:5000/482913#" + Hash, "studio", 5000, "482913", true)]
    [InlineData("PARLEY://studio/482 913", "studio", 5000, "482913", false)]
    [InlineData("  parley://192.168.1.20:7000  ", "192.168.1.20", 7000, "", false)]
    [InlineData("studio", "studio", 5000, "", false)]
    [InlineData("studio:", "studio", 5000, "", false)]
    [InlineData("[fe80::1]:", "fe80::1", 5000, "", false)]
    [InlineData("studio.local:5002", "studio.local", 5002, "", false)]
    [InlineData("studio/", "studio", 5000, "", false)]
    [InlineData("studio/482913", "studio", 5000, "482913", false)]
    [InlineData("[fe80::1]:5002", "fe80::1", 5002, "", false)]
    [InlineData("[fe80::1]", "fe80::1", 5000, "", false)]
    [InlineData("fe80::1", "fe80::1", 5000, "", false)]
    [InlineData("parley://[2001:db8::7]:65535/000001#" + Hash, "2001:db8::7", 65535, "000001", true)]
    public void Links_and_what_people_type_are_understood(string text, string host, int port, string code, bool hasHash)
    {
        Assert.True(ParleyLink.TryParse(text, out var link));
        Assert.Equal((host, port, code), (link!.Host, link.Port, link.Code));
        Assert.Equal(hasHash ? Base64Url.DecodeFromChars(Hash) : [], link.KeyHash.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("parley://")]
    [InlineData("parley:///482913")]
    [InlineData("http://studio:5000")]
    [InlineData("parley://http://studio")]
    [InlineData("studio:0")]
    [InlineData("studio:65536")]
    [InlineData("studio:-1")]
    [InlineData("studio:+80")]
    [InlineData("studio: 80")]
    [InlineData("studio:http")]
    [InlineData("stu dio")]
    [InlineData("[fe80::1")]
    [InlineData("[fe80::1]5000")]
    [InlineData("[studio]:5000")]
    [InlineData("1:2:3")]
    [InlineData("studio/48291")]
    [InlineData("studio/482913/more")]
    [InlineData("studio#")]
    [InlineData("studio#short")]
    [InlineData("studio#" + Hash + "A")]
    [InlineData("studio/482913#!w3NKWbEM2aRElRIu7JbT_QSpJxzLbLIq8G4WBvXEN0")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(ParleyLink.TryParse(text, out var link));
        Assert.Null(link);
    }

    [Fact]
    public void A_link_is_bounded() => Assert.False(ParleyLink.TryParse("a." + new string('a', 600), out _));

    [Fact]
    public void What_was_written_parses_to_the_same_link()
    {
        Prop.ForAll<ushort, uint, bool>((port, number, hasHash) =>
        {
            foreach (var host in new[] { "studio", "10.0.0.7", "fe80::1" })
            {
                var hash = hasHash ? Base64Url.DecodeFromChars(Hash) : [];
                var link = new ParleyLink(host, Math.Max((int)port, 1), number % 3 == 0 ? "" : (number % 1_000_000).ToString("D6"), hash);
                if (!ParleyLink.TryParse(link.ToString(), out var again) || again!.ToString() != link.ToString()) return false;
                if (again.Host != link.Host || again.Port != link.Port || again.Code != link.Code || !again.KeyHash.Span.SequenceEqual(hash)) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_at_all_throws() => Prop.ForAll<string>(text =>
    {
        // A text that is taken has a written form that is taken too.
        return !ParleyLink.TryParse(text ?? "", out var link) || ParleyLink.TryParse(link!.ToString(), out _);
    }).QuickCheckThrowOnFailure();
}
