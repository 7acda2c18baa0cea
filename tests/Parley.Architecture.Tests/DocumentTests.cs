using System.Text.RegularExpressions;

namespace Parley.Architecture.Tests;

/// <summary>What the documents name exists, and the decision records have their form.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] DecisionHeadings = ["## Situation", "## Choice", "## What we gave up", "## How we would know it was wrong"];

    // Without these tests themselves, whose bad examples would be found in them.
    private static readonly Lazy<string> AllSource = new(() => string.Join(
        '\n', CSharpFiles().Where(file => !file.StartsWith("tests/Parley.Architecture.Tests/", StringComparison.Ordinal)).Select(Repository.Read)));

    [Fact]
    public void Every_path_that_a_document_names_exists()
    {
        var documents = Documents().ToList();
        Assert.NotEmpty(documents);
        Assert.Empty(documents.SelectMany(file => MissingPaths(file, Repository.Read(file))));
    }

    [Fact]
    public void Every_project_and_type_that_a_document_names_exists() =>
        Assert.Empty(Documents().SelectMany(file => MissingNames(Repository.Read(file)).Select(name => $"{file}: {name}")));

    [Fact]
    public void Every_csharp_sample_of_a_document_is_compiled_code_of_ours() =>
        Assert.Empty(Documents().SelectMany(file => StrangeSamples(Repository.Read(file)).Select(sample => $"{file}: no file of ours contains\n{sample}")));

    [Fact]
    public void Every_decision_record_has_its_four_parts_and_a_number_of_its_own()
    {
        var records = Repository.Files("docs/decisions", ".md").ToList();
        Assert.Empty(records.SelectMany(file => DecisionMistakes(file, Repository.Read(file))));
        var numbers = records.Select(file => Path.GetFileName(file)[..4]).ToList();
        Assert.Equal(numbers.Distinct(), numbers);
    }

    [Theory]
    [InlineData("see `src/Parley.Protocol/Limits.cs`", null)]
    [InlineData("see `src/Parley.Protocol/`", null)]
    [InlineData("see `src/Parley.Protocol/Rtp/*.cs` and `docs/decisions/NNNN-title.md`", null)]
    [InlineData("see `src/Parley.Protocol/Limit.cs`", "src/Parley.Protocol/Limit.cs")]
    [InlineData("see `tests/nothing`", "tests/nothing")]
    [InlineData("see [the page](nothing.md)", "docs/nothing.md")]
    [InlineData("see [the page](protocol/ui.md#top) and [others](https://example.org/a.md)", null)]
    [InlineData("see [the page](../LICENSE)", null)]
    public void A_path_that_is_not_there_is_found(string text, string? missing)
    {
        Assert.Equal(missing is null ? [] : [$"docs/sample.md: {missing}"], MissingPaths("docs/sample.md", text));
    }

    [Theory]
    [InlineData("`Parley.Protocol` and `Parley.Protocol.Tests`", null)]
    [InlineData("`Parley.Transport.Impairment.ImpairedLink`", null)]
    [InlineData("`Parley.Transport.Impairment`", null)]
    [InlineData("`Parley.slnx`", null)]
    [InlineData("`Parley.Kitchen`", "Parley.Kitchen")]
    [InlineData("`Parley.Transport.Sink`", "Parley.Transport.Sink")]
    public void A_name_that_is_not_there_is_found(string text, string? missing)
    {
        Assert.Equal(missing is null ? [] : [missing], MissingNames(text));
    }

    [Fact]
    public void A_sample_that_is_not_compiled_is_found()
    {
        const string Text = "```csharp\npublic const int RtpHeader   = 12;\n```\n```csharp\nint noSuchSample = 5;\n```\n```sh\nno check\n```\n";
        Assert.Equal(["int noSuchSample = 5;"], StrangeSamples(Text).Select(sample => sample.Trim()));
    }

    [Fact]
    public void A_decision_record_without_its_parts_is_found()
    {
        const string Good = "# Title\n\n## Situation\na\n## Choice\nb\n## What we gave up\nc\n## How we would know it was wrong\nd\n";
        Assert.Empty(DecisionMistakes("docs/decisions/0001-title.md", Good));
        Assert.Single(DecisionMistakes("docs/decisions/title.md", Good));
        Assert.Single(DecisionMistakes("docs/decisions/0001-title.md", Good.Replace("## Choice", "## Decision", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Documents() =>
        new[] { "ARCHITECTURE.md", "README.md", "CONTRIBUTING.md", "SECURITY.md" }.Where(Repository.Exists).Concat(Repository.Files("docs", ".md"));

    private static IEnumerable<string> CSharpFiles() =>
        Repository.Files("src", ".cs").Concat(Repository.Files("sim", ".cs")).Concat(Repository.Files("tests", ".cs")).Concat(Repository.Files("tools", ".cs")).Concat(Repository.Files("bench", ".cs"));

    private static IEnumerable<string> MissingPaths(string document, string text)
    {
        // A folder of the map that nobody has begun yet is a plan, not a mistake.
        var named = BacktickedPath().Matches(text).Select(match => match.Groups["it"].Value).Where(path => Repository.Exists(path.Split('/')[0]));
        var folder = Path.GetDirectoryName(document) ?? "";
        var linked = RelativeLink().Matches(text).Select(match => match.Groups["it"].Value)
            .Select(link => Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, link))).Replace('\\', '/'));
        return named.Concat(linked).Where(path => !IsPattern(path) && !Repository.Exists(path.TrimEnd('/'))).Select(path => $"{document}: {path}");
    }

    /// <summary>Whether a path stands for many: a wildcard, or a placeholder in angle brackets, braces or capitals.</summary>
    private static bool IsPattern(string path) => path.AsSpan().ContainsAny("*<{…") || path.Contains("NNNN", StringComparison.Ordinal);

    private static IEnumerable<string> MissingNames(string text)
    {
        var projects = Repository.Projects.Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in BacktickedName().Matches(text).Select(match => match.Groups["it"].Value))
        {
            var parts = name.Split('.');
            if (projects.Contains(name)) continue;
            var isKnown = projects.Contains($"{parts[0]}.{parts[1]}")
                && parts[2..].All(part => Regex.IsMatch(AllSource.Value, $@"\b(?:class|struct|record|interface|enum|namespace [\w.]*\.|\() ?{part}\b|\b{part} ?[\(\{{;=]"));
            if (!isKnown) yield return name;
        }
    }

    private static IEnumerable<string> StrangeSamples(string text)
    {
        var source = new Lazy<string>(() => WithoutSpaces(AllSource.Value));
        return CSharpSample().Matches(text).Select(match => match.Groups["it"].Value).Where(sample => !source.Value.Contains(WithoutSpaces(sample), StringComparison.Ordinal));
    }

    private static string WithoutSpaces(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static IEnumerable<string> DecisionMistakes(string file, string text)
    {
        if (!DecisionName().IsMatch(Path.GetFileName(file))) yield return $"{file}: the name must be NNNN-title.md.";
        var headings = text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.StartsWith("## ", StringComparison.Ordinal));
        if (!headings.SequenceEqual(DecisionHeadings)) yield return $"{file}: the headings must be {string.Join(", ", DecisionHeadings)}.";
    }

    [GeneratedRegex(@"`(?<it>(?:src|sim|tests|tools|bench|eng|docs|ui)/[^`\s#:]*)`", RegexOptions.ExplicitCapture)]
    private static partial Regex BacktickedPath();

    [GeneratedRegex(@"\]\((?!\w+:)(?<it>[^)#\s]+)(?:#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"`(?<it>Parley(?:\.[A-Z]\w*)+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex BacktickedName();

    [GeneratedRegex(@"^```(?:csharp|cs|c#)\s*\n(?<it>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CSharpSample();

    [GeneratedRegex(@"^\d{4}-[a-z0-9-]+\.md$")]
    private static partial Regex DecisionName();
}
