using Parley.Protocol;

namespace Parley.Transport.Tests;

/// <summary>The virtual twin of the edge's generator.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination) => _random.NextBytes(destination);
}
