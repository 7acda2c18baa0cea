namespace Parley.Architecture.Tests;

/// <summary>The tree these tests read: found by walking up from where they run.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules", "dist", ".git"];

    /// <summary>Where projects live; what is not there yet is skipped.</summary>
    private static readonly string[] ProjectFolders = ["src", "sim", "tools", "tests", "bench"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every project file, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Projects { get; } = [.. ProjectFolders.SelectMany(folder => Files(folder, ".csproj"))];

    /// <summary>Files of a folder and all below it that people wrote, relative to the root; none when there is no such folder.</summary>
    public static IEnumerable<string> Files(string folder, string extension)
    {
        var path = Path.Combine(Root, folder);
        return Directory.Exists(path) ? Walk(path).Where(file => file.EndsWith(extension, StringComparison.Ordinal)) : [];
    }

    /// <summary>Folders below a folder, relative to the root.</summary>
    public static IEnumerable<string> Folders(string folder) =>
        Files(folder, "").Select(file => Path.GetDirectoryName(file)!.Replace('\\', '/')).Distinct();

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    public static bool Exists(string relativePath) =>
        File.Exists(Path.Combine(Root, relativePath)) || Directory.Exists(Path.Combine(Root, relativePath));

    private static IEnumerable<string> Walk(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var child in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            if (Generated.Contains(Path.GetFileName(child))) continue;
            foreach (var file in Walk(child)) yield return file;
        }
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Parley.slnx"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("Parley.slnx is in no folder above the tests.");
    }
}
