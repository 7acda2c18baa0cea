using System.Runtime.InteropServices;

namespace Parley.Net;

/// <summary>The Linux system calls that move datagrams in batches, with the layouts of 64-bit Linux (the same on x64 and arm64).</summary>
internal static unsafe partial class LinuxNative
{
    internal const int AddressFamilyIPv4 = 2;
    internal const int AddressFamilyIPv6 = 10;
    internal const int SocketTypeDatagram = 2;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;

    internal const int LevelSocket = 1;
    internal const int SendBuffer = 7;
    internal const int ReceiveBuffer = 8;
    internal const int SendBufferForce = 32;
    internal const int ReceiveBufferForce = 33;

    internal const int LevelIP = 0;
    internal const int IPMtuDiscover = 10;
    internal const int LevelIPv6 = 41;
    internal const int IPv6MtuDiscover = 23;
    internal const int IPv6Only = 26;
    internal const int MtuDiscoverDo = 2;

    internal const int MessageDontWait = 0x40;
    internal const int MessageTruncated = 0x20;
    internal const int MessageNoSignal = 0x4000;

    internal const short PollIn = 1;

    internal const int LevelUdp = 17;
    internal const int UdpSegment = 103;

    internal const int ErrorInterrupted = 4;
    internal const int ErrorInputOutput = 5;
    internal const int ErrorAgain = 11;
    internal const int ErrorInvalid = 22;
    internal const int ErrorMessageSize = 90;
    internal const int ErrorNoBuffers = 105;
    internal const int ErrorAddressInUse = 98;

    /// <summary>Most entries in one recvmmsg or sendmmsg (UIO_MAXIOV).</summary>
    internal const int MaxMessages = 1024;

    [StructLayout(LayoutKind.Sequential)]
    internal struct IOVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct mmsghdr: a 56-byte msghdr, then the length that the kernel writes at offset 56; 64 bytes in all.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal struct MultiMessage
    {
        [FieldOffset(0)]
        public byte* Name;

        [FieldOffset(8)]
        public uint NameLength;

        [FieldOffset(16)]
        public IOVector* Vectors;

        [FieldOffset(24)]
        public nuint VectorCount;

        [FieldOffset(32)]
        public void* Control;

        [FieldOffset(40)]
        public nuint ControlLength;

        [FieldOffset(48)]
        public int Flags;

        [FieldOffset(56)]
        public uint Length;
    }

    /// <summary>struct cmsghdr with a 16-bit segment size behind it (udp(7), UDP_SEGMENT), padded to its alignment.</summary>
    [StructLayout(LayoutKind.Explicit, Size = Size)]
    internal struct SegmentControl
    {
        internal const int Size = 24;

        /// <summary>All but the segment size.</summary>
        internal static readonly SegmentControl Empty = new() { Length = 18, Level = LevelUdp, Type = UdpSegment };

        [FieldOffset(0)]
        public nuint Length;

        [FieldOffset(8)]
        public int Level;

        [FieldOffset(12)]
        public int Type;

        [FieldOffset(16)]
        public ushort SegmentSize;
    }

    /// <summary>Room for a sockaddr_in (16 bytes) or a sockaddr_in6 (28).</summary>
    [StructLayout(LayoutKind.Sequential, Size = Size)]
    internal struct SocketName
    {
        public const int Size = 28;
        public const int IPv4Size = 16;

        public fixed byte Bytes[Size];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int descriptor, byte* name, uint nameLength);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetName(int descriptor, byte* name, uint* nameLength);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetOption(int descriptor, int level, int option, int* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetOption(int descriptor, int level, int option, int* value, uint* length);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    internal static partial int ReceiveMessages(int descriptor, MultiMessage* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendMessages(int descriptor, MultiMessage* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signalMask);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int OpenEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);
}
