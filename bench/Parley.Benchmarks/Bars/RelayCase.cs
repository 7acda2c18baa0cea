namespace Parley.Benchmarks.Bars;

/// <summary>How a relay is measured.</summary>
/// <param name="Receivers">How many get each packet.</param>
/// <param name="IsSealed">Opened once and sealed for each receiver, or passed on as it is.</param>
/// <param name="SendsRuns">GSO on or off.</param>
/// <param name="Burst">Packets that come at once.</param>
internal sealed record RelayCase(int Receivers, bool IsSealed, bool SendsRuns, int Burst);
