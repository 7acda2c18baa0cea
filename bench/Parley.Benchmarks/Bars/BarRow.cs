using System.Globalization;

namespace Parley.Benchmarks.Bars;

/// <summary>One bar and what came out.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">What counts: a ratio, or a share.</param>
/// <param name="Bar">The most it may be; null where nothing is promised.</param>
/// <param name="Format">How the two are written.</param>
/// <param name="Details">The figures behind it.</param>
internal sealed record BarRow(string What, double Value, double? Bar, string Format, string Details)
{
    /// <summary>Whether the bar is kept.</summary>
    public bool IsKept => Bar is not { } bar || Value <= bar;

    /// <summary>A line of the table.</summary>
    public string ToMarkdown() => string.Create(
        CultureInfo.InvariantCulture, $"| {What} | {Number(Value)} | {(Bar is { } bar ? Number(bar) : "")} | {(Bar is null ? "" : IsKept ? "PASS" : "MISS")} | {Details} |");

    private string Number(double value) => value.ToString(Format, CultureInfo.InvariantCulture);
}
