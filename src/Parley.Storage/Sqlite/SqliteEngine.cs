using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Parley.Storage.Sqlite;

/// <summary>
/// Which SQLite is used: the system's, which the system keeps up to date, and the bundled one where there is none. Chosen once for the process.
/// </summary>
internal static class SqliteEngine
{
    private const string Bundled = "e_sqlite3";

    private static readonly string[] OfTheSystem = OperatingSystem.IsWindows() ? ["winsqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"]
        : ["libsqlite3.so.0"];

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>Name and version; the first call loads it.</summary>
    public static string Name => Loaded.Value;

    private static string Load()
    {
        var isOfTheSystem = false;
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        Batteries_V2.Init();
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return $"SQLite {connection.ServerVersion} ({(isOfTheSystem ? "the system's" : "bundled")})";

        nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
        {
            if (library != Bundled) return 0;
            foreach (var name in OfTheSystem)
            {
                if (!NativeLibrary.TryLoad(name, assembly, path, out var handle)) continue;
                isOfTheSystem = true;
                return handle;
            }
            // Zero: the runtime goes on to look for the bundled one.
            return 0;
        }
    }
}
