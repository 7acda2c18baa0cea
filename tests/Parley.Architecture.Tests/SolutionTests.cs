using System.Xml.Linq;

namespace Parley.Architecture.Tests;

/// <summary>What is on disk, in the solution and in the lock files is the same.</summary>
public sealed class SolutionTests
{
    [Fact]
    public void Every_project_is_in_the_solution_and_every_entry_exists()
    {
        var inSolution = XDocument.Parse(Repository.Read("Parley.slnx")).Descendants("Project").Select(p => (string)p.Attribute("Path")!);
        Assert.Equal(Repository.Projects.Order(StringComparer.Ordinal), inSolution.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_has_a_lock_file_that_names_no_feed()
    {
        foreach (var project in Repository.Projects)
        {
            var lockFile = $"{Path.GetDirectoryName(project)}/packages.lock.json";
            Assert.True(Repository.Exists(lockFile), $"{lockFile} is missing: build the project and commit it.");
            Assert.DoesNotContain("http", Repository.Read(lockFile), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Versions_of_packages_stand_in_one_place()
    {
        var withVersion =
            from project in Repository.Projects
            from reference in XDocument.Parse(Repository.Read(project)).Descendants("PackageReference")
            where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
            select $"{project}: {reference}";
        Assert.Empty(withVersion);
    }
}
