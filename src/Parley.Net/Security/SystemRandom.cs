using System.Security.Cryptography;
using Parley.Protocol;

namespace Parley.Net;

/// <summary>Randomness from the operating system's cryptographic generator. Thread-safe.</summary>
public sealed class SystemRandom : IRandomSource
{
    /// <summary>The one that everything in the process can use.</summary>
    public static SystemRandom Shared { get; } = new();

    /// <inheritdoc />
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
