namespace Parley.Net;

/// <summary>Another program already listens on a port that was asked for.</summary>
public sealed class PortInUseException : IOException
{
    /// <summary>Makes one for a port.</summary>
    /// <param name="port">1 to 65535.</param>
    /// <param name="transport">"TCP" or "UDP".</param>
    /// <param name="inner">What the system said.</param>
    public PortInUseException(int port, string transport, Exception? inner = null)
        : base($"{transport} port {port} is in use by another program. Stop that program or choose another port.", inner)
    {
        Port = port;
        Transport = transport;
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>"TCP" or "UDP".</summary>
    public string Transport { get; }
}
