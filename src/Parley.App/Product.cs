using System.Reflection;

namespace Parley.App;

/// <summary>What this program is called.</summary>
internal static class Product
{
    /// <summary>Name and version.</summary>
    public static string Name { get; } = $"Parley {Version()}";

    private static string Version() =>
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
