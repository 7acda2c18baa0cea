using System.Text;

namespace Parley.Tools.TypeScript;

/// <summary>The verb that keeps the page's message types equal to the C# records of Parley.Protocol.Ui.</summary>
internal static class GenerateTypeScript
{
    /// <summary>Writes the file, or compares it with what would be written.</summary>
    /// <param name="path">The TypeScript file.</param>
    /// <param name="onlyCheck">Whether to compare instead of write.</param>
    /// <returns>0, or 1 when the file is stale.</returns>
    public static int Run(string path, bool onlyCheck)
    {
        var wanted = MessageModule.Write();
        if (!onlyCheck)
        {
            File.WriteAllText(path, wanted, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return 0;
        }

        var isFresh = File.Exists(path) && string.Equals(File.ReadAllText(path), wanted, StringComparison.Ordinal);
        if (!isFresh)
        {
            Console.Error.WriteLine($"{path} is stale. Run: dotnet run --project tools/Parley.Tools -- generate-typescript {path}");
        }

        return isFresh ? 0 : 1;
    }
}
