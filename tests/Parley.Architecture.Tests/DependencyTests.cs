using System.Xml.Linq;

namespace Parley.Architecture.Tests;

/// <summary>Dependencies point downward only.</summary>
public sealed class DependencyTests
{
    private static readonly string[] BelowTheEdges = ["Conference", "Net", "Codecs", "Media", "Transport", "Protocol"];

    /// <summary>Which project may refer to which. Tests and benchmarks may refer to all.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["App"] = ["Server", "Agent", "Storage"],
        ["Server"] = [.. BelowTheEdges, "Storage"],
        ["Agent"] = BelowTheEdges,
        ["Conference"] = ["Media", "Transport", "Protocol"],
        ["Net"] = ["Transport", "Protocol"],
        ["Codecs"] = ["Media"],
        ["Storage"] = ["Conference", "Protocol"],
        ["Simulation"] = ["Transport", "Protocol"],
        ["Media"] = ["Protocol"],
        ["Transport"] = ["Protocol"],
        ["Protocol"] = [],
        ["Tools"] = ["Protocol", "Media", "Transport", "Conference", "Net", "Server", "Agent"],
    };

    [Fact]
    public void Project_references_point_downward_only()
    {
        var shipped = Repository.Projects.Where(IsShipped).ToList();
        Assert.Contains("src/Parley.Protocol/Parley.Protocol.csproj", shipped);

        Assert.Empty(shipped.SelectMany(project => Violations(project, Repository.Read(project))));
    }

    [Theory]
    [InlineData("src/Parley.Media/Parley.Media.csproj", "../Parley.Transport/Parley.Transport.csproj", "Parley.Media may not refer to Parley.Transport.")]
    [InlineData("src/Parley.Protocol/Parley.Protocol.csproj", "..\\Parley.Media\\Parley.Media.csproj", "Parley.Protocol may not refer to Parley.Media.")]
    [InlineData("src/Parley.Net/Parley.Net.csproj", "../../tests/Parley.Net.Tests/Parley.Net.Tests.csproj", "Parley.Net may not refer to Parley.Net.Tests.")]
    [InlineData("src/Parley.Misc/Parley.Misc.csproj", "", "Parley.Misc has no place in the table of dependencies.")]
    public void A_reference_upward_or_sideways_is_found(string project, string reference, string violation)
    {
        var text = $"<Project><ItemGroup><ProjectReference Include=\"{reference}\" /></ItemGroup></Project>";
        Assert.Equal([violation], Violations(project, text));
    }

    [Fact]
    public void What_a_core_project_takes_from_packages_is_nothing()
    {
        // A package in the core would bring its own clock, threads and allocations.
        var core = Repository.Projects.Where(p => SourceRuleTests.CoreProjects.Contains(NameOf(p))).ToList();
        Assert.Equal(SourceRuleTests.CoreProjects.Length, core.Count);
        Assert.DoesNotContain(core, p => XDocument.Parse(Repository.Read(p)).Descendants("PackageReference").Any());
    }

    private static bool IsShipped(string project) =>
        project.StartsWith("src/", StringComparison.Ordinal) || project.StartsWith("sim/", StringComparison.Ordinal) || project.StartsWith("tools/", StringComparison.Ordinal);

    private static IEnumerable<string> Violations(string project, string text)
    {
        var name = NameOf(project);
        if (!Allowed.TryGetValue(ShortNameOf(name), out var allowed)) return [$"{name} has no place in the table of dependencies."];
        return
            from reference in XDocument.Parse(text).Descendants("ProjectReference")
            let target = NameOf((string)reference.Attribute("Include")!)
            where !allowed.Contains(ShortNameOf(target))
            select $"{name} may not refer to {target}.";
    }

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'));

    private static string ShortNameOf(string name) => name.StartsWith("Parley.", StringComparison.Ordinal) ? name["Parley.".Length..] : name;
}
