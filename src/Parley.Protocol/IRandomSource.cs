namespace Parley.Protocol;

/// <summary>Where the core gets its randomness: a cryptographic generator at the edge, a seeded one in the simulator.</summary>
public interface IRandomSource
{
    /// <summary>Fills the whole span with random bytes.</summary>
    void Fill(Span<byte> destination);
}
