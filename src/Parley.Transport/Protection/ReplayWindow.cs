using Parley.Protocol;

namespace Parley.Transport.Protection;

/// <summary>Which of the last <see cref="Limits.ReplayWindow"/> packets of a stream have been received (RFC 3711 section 3.3.2).</summary>
/// <remarks>A ring of bits: the bit of an index is its place modulo the window, so nothing is shifted when the window moves.</remarks>
internal sealed class ReplayWindow
{
    private const int WordBits = 64;

    private readonly ulong[] _seen = new ulong[Limits.ReplayWindow / WordBits];

    /// <summary>The highest index accepted; -1 before the first.</summary>
    internal long Highest { get; private set; } = -1;

    /// <summary>Whether a packet may still be accepted. Changes nothing: it is not yet known to be authentic.</summary>
    internal DropReason Check(long index)
    {
        if (index > Highest) return DropReason.None;
        if (Highest - index >= Limits.ReplayWindow) return DropReason.TooOld;
        return (_seen[Word(index)] & Bit(index)) == 0 ? DropReason.None : DropReason.Replayed;
    }

    /// <summary>Remembers an authentic packet that <see cref="Check"/> accepted.</summary>
    internal void Accept(long index)
    {
        if (index > Highest)
        {
            if (index - Highest >= Limits.ReplayWindow) Array.Clear(_seen);
            else for (var skipped = Highest + 1; skipped < index; skipped++) _seen[Word(skipped)] &= ~Bit(skipped);
            Highest = index;
        }
        _seen[Word(index)] |= Bit(index);
    }

    private static int Word(long index) => (int)(index % Limits.ReplayWindow) / WordBits;

    private static ulong Bit(long index) => 1UL << (int)(index % WordBits);
}
