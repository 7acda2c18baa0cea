using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Parley.Architecture.Tests;

/// <summary>Rules on names, on what the core may use, and on rules that are turned off.</summary>
public sealed partial class SourceRuleTests
{
    internal static readonly string[] CoreProjects =
        ["Parley.Protocol", "Parley.Media", "Parley.Transport", "Parley.Conference", "Parley.Simulation"];

    private const string BannedSymbols = "eng/analyzers/BannedSymbols.Core.txt";

    [Fact]
    public void Every_core_project_has_the_banned_symbols()
    {
        var props = XDocument.Parse(Repository.Read("Directory.Build.props"));
        var condition = props.Descendants("ParleyKind").Single(kind => kind.Value == "Core").Attribute("Condition")!.Value;
        Assert.All(CoreProjects, project => Assert.Contains($"'{project}'", condition, StringComparison.Ordinal));

        var files = props.Descendants("AdditionalFiles").Single();
        Assert.EndsWith(BannedSymbols, (string)files.Attribute("Include")!, StringComparison.Ordinal);
        Assert.Equal("'$(ParleyKind)' == 'Core'", (string)files.Parent!.Attribute("Condition")!);
        Assert.Contains(props.Descendants("PackageReference"), p => (string)p.Attribute("Include")! == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
    }

    [Fact]
    public void Every_banned_symbol_says_what_to_use_instead()
    {
        var lines = Repository.Read(BannedSymbols).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith("N:System.Net.Sockets;", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Matches("^[NTMPF]:[^;]+;.{10,}$", line));
    }

    [Fact]
    public void Nobody_lifts_the_ban()
    {
        var core = Repository.Files("src", ".cs").Concat(Repository.Files("sim", ".cs")).Concat(Repository.Files("src", ".csproj")).Concat(Repository.Files("sim", ".csproj"))
            .Where(file => CoreProjects.Contains(file.Split('/')[1])).ToList();
        Assert.NotEmpty(core);
        Assert.DoesNotContain(core, file => Repository.Read(file).Contains("RS0030", StringComparison.Ordinal));
        Assert.DoesNotContain("RS0030", Repository.Read(".editorconfig"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_type_file_or_folder_is_named_for_not_having_a_name()
    {
        var folders = Repository.Folders("src").Concat(Repository.Folders("sim")).Where(folder => folder.Split('/').Any(IsNoName));
        var types =
            from file in Repository.Files("src", ".cs").Concat(Repository.Files("sim", ".cs"))
            from type in NamelessTypes(Repository.Read(file))
            select $"{file}: {type}";

        Assert.Empty(folders);
        Assert.Empty(types);
    }

    [Theory]
    [InlineData("internal static class StringHelpers", "StringHelpers")]
    [InlineData("public sealed record struct RoomManager(int A);", "RoomManager")]
    [InlineData("interface ICommon { }", "ICommon")]
    [InlineData("enum ByteUtils", "ByteUtils")]
    [InlineData("public sealed class Commonplace", null)]
    [InlineData("/// <summary>A class of Helpers</summary>", null)]
    public void A_name_that_says_nothing_is_found(string source, string? type)
    {
        Assert.Equal(type is null ? [] : [type], NamelessTypes(source));
    }

    [Fact]
    public void Every_rule_that_is_off_has_its_reason_above_it()
    {
        var editorConfig = Repository.Read(".editorconfig");
        Assert.Contains("severity = none", editorConfig, StringComparison.Ordinal);
        Assert.Empty(RulesWithoutReason(editorConfig));
    }

    [Fact]
    public void A_rule_without_a_reason_is_found()
    {
        const string Config = "# A reason.\na.severity = none\nb.severity = none\n\nc.severity = none\n[*.cs]\nd.severity = none\ne.severity = warning\n";
        Assert.Equal(["c.severity = none", "d.severity = none"], RulesWithoutReason(Config));
    }

    private static List<string> RulesWithoutReason(string editorConfig)
    {
        var bare = new List<string>();
        var hasReason = false;
        foreach (var line in editorConfig.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('#')) hasReason = true;
            else if (line.Length == 0 || line.StartsWith('[')) hasReason = false;
            else if (!hasReason && line.EndsWith("severity = none", StringComparison.Ordinal)) bare.Add(line);
        }
        return bare;
    }

    private static bool IsNoName(string folder) => folder is "Utils" or "Util" or "Helpers" or "Helper" or "Common" or "Infrastructure" or "Managers" or "Misc";

    private static IEnumerable<string> NamelessTypes(string source) => NamelessType().Matches(source).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"^(?!\s*//).*?\b(?:class|struct|interface|enum|record)\s+(?<name>\w*(?:Utils?|Helpers?|Common|Managers?))\b", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NamelessType();
}
